import { readFileSync } from 'node:fs';

export type SeedName =
  | '1-guardit-task-registration'
  | '2-automated-task-system'
  | '3-backup-log-ingestion'
  | '4-backup-api-endpoints'
  | '5-data-backup-manager';

export interface SeedRequest {
  readonly method: string;
  /** As written, without the server's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for none. */
  readonly body: string | undefined;
}

/** A seed's text, as it was given. */
export function readSeed(name: SeedName): string {
  return readFileSync(new URL(`../fixtures/seeds/${name}.md`, import.meta.url), 'utf8');
}

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** Every request that a seed makes with curl, in its order. */
export function curlRequests(text: string): SeedRequest[] {
  return (
    blocksOf(text, 'bash')
      .flatMap((block) => block.split(/^(?=curl )/m))
      .filter((command) => command.includes('curl '))
      // What stands behind it in the block is about the next one.
      .map((command) => curlRequest(command.replaceAll(/^#.*$/gm, '')))
  );
}

/** As a POSIX shell splits it: lines that go on, and words in single or double quotes. */
function curlRequest(block: string): SeedRequest {
  const line = block.replaceAll('\\\n', ' ');
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  const headers: Record<string, string> = {};
  let method: string | undefined;
  let body: string | undefined;
  let address = '';
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-X') method = words[++at];
    else if (word === '-d') body = words[++at];
    else if (word === '-H') {
      const [name = '', value = ''] = (words[++at] ?? '').split(/:\s*/, 2);
      headers[name.toLowerCase()] = value;
    } else address = word;
  }
  const path = address.replace(/^https?:\/\/[^/]+/, '');
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), path, headers, body };
}

/** Every `METHOD /path` that a seed names anywhere, once: `GET /api/tasks/:id`. Parameters are written `:name`, the query is left out. */
export function namedEndpoints(text: string): string[] {
  const found = [...text.matchAll(/\b(GET|POST|PUT|DELETE)\b[`*]*\s+(?:for )?`?(\/[\w/:{}-]*)/g)].map(
    ([, method = '', path = '']) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  );
  return [...new Set(found)].sort();
}

/** The JSON that a seed shows, by the heading that it stands under; its comments are left out, what is no JSON by itself too. */
export function jsonExamples(text: string): { readonly heading: string; readonly value: unknown }[] {
  const parts = text.split(/^(?=#{2,4} )/m);
  return parts.flatMap((part) => {
    const heading = /^#+ (.*)$/m.exec(part)?.[1] ?? '';
    return [
      ...blocksOf(part, 'json'),
      ...blocksOf(part, '').map((block) => block.replace(/^[\s\S]*?Response: 200 OK\n/, '')),
    ].flatMap((block) => {
      try {
        return [{ heading, value: JSON.parse(block.replaceAll(/\s\/\/ .*$/gm, '')) as unknown }];
      } catch {
        return [];
      }
    });
  });
}
