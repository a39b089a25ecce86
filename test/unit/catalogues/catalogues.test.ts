import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { languageAmong, LANGUAGES, localeFor } from '../../../renderer/i18n/language.ts';

const RENDERER = fileURLToPath(new URL('../../../renderer', import.meta.url));
const files = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?:^|[/-])texts\.ts$/.test(name),
);

type Tree = { readonly [name: string]: Tree | string | ((...values: unknown[]) => string) };

/** `columns.task`, with how many values each takes. */
function leaves(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    if (typeof value === 'object') return leaves(value, `${prefix}${name}.`);
    return [`${prefix}${name}${typeof value === 'function' ? `(${value.length})` : ''}`];
  });
}

test.each(files)('%s says the same in every language, and nothing twice by mistake', async (file) => {
  const module = (await import(join(RENDERER, file))) as Record<string, Record<string, Tree>>;
  for (const texts of Object.values(module)) {
    const { en = {} } = texts;
    for (const language of LANGUAGES) {
      const own = texts[language] ?? {};
      expect(leaves(own).sort()).toEqual(leaves(en).sort());
      expect(JSON.stringify(own), 'a text has HTML').not.toMatch(/<\/?[a-z][^>]*>/i);
    }
  }
});

test('there are catalogues', () => {
  expect(files.length).toBeGreaterThan(8);
});

test('the language is the first of the wanted that is there, with its regional form for numbers', () => {
  expect(languageAmong(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(languageAmong(['fr'])).toBe('en');
  expect(localeFor('de', ['en-US', 'de-AT'])).toBe('de-AT');
  expect(localeFor('de', ['en-US'])).toBe('de');
});
