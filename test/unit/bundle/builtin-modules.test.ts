import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { build } from 'esbuild';
import { builtinModules } from '../../../scripts/builtin-modules.mjs';
import { bundled } from '../../support/bundle/bundle-folder.ts';

/** Bundles one module and hands back what it exports. */
async function run(source: string): Promise<Record<string, unknown>> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    plugins: [builtinModules],
  });
  const code = outputFiles.map((file) => file.text).join('\n');
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Record<string, unknown>;
}

test('names, defaults and namespaces are those of the module', async () => {
  const product = await run(`
    import path, { join as put } from 'node:path';
    import * as files from 'fs';
    export { createHash } from 'node:crypto';
    export const results = [path.sep, put('a', 'b'), files.existsSync('/')];
    export { path };
  `);
  const path = process.getBuiltinModule('node:path');
  expect(product['path']).toBe(path);
  expect(product['createHash']).toBe(process.getBuiltinModule('node:crypto').createHash);
  expect(product['results']).toEqual([path.sep, path.join('a', 'b'), true]);
});

test('a property that nobody imports is not read', async () => {
  const fs = process.getBuiltinModule('node:fs');
  const wasRead: string[] = [];
  const watched = new Proxy(fs, {
    get(target, name) {
      wasRead.push(String(name));
      return Reflect.get(target, name) as unknown;
    },
  });
  const original = process.getBuiltinModule;
  process.getBuiltinModule = (id: string) => (id === 'node:fs' ? watched : original(id));
  try {
    await run(`import { readFileSync, writeFileSync } from 'node:fs'; export const read = readFileSync;`);
  } finally {
    process.getBuiltinModule = original;
  }
  expect(wasRead).toEqual(['readFileSync']);
});

test('no file of the bundle imports a module of Node', () => {
  const scripts = readdirSync(bundled('.'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const importing = scripts.filter((name) =>
    /\bfrom\s*["']node:|\bimport\s*["']node:/.test(readFileSync(bundled(name), 'utf8')),
  );
  expect(scripts).toContain('worker-archive.js');
  expect(importing).toEqual([]);
});

test('a thread is one file', () => {
  const workers = readdirSync(bundled('.')).filter((name) => /^worker-.*\.js$/.test(name));
  const importing = workers.filter((name) =>
    /\bfrom\s*["']\.|\bimport\s*\(?["']\./.test(readFileSync(bundled(name), 'utf8')),
  );
  expect(workers.length).toBeGreaterThan(5);
  expect(importing).toEqual([]);
});
