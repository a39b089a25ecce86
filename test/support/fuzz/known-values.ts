/** What of a request names something: half of what is asked for should be about things that exist. */
export interface KnownValues {
  /** An id of the kind, `backupId`; undefined where there is none. */
  readonly idOf: (kind: string) => string | undefined;
  readonly freshFolder: () => string;
  readonly source: string;
  /** A file of it. */
  readonly file: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Of parameters that are ids, and do not say so by their names. */
const KINDS: Readonly<Record<string, string>> = { from: 'backupId', to: 'backupId', target: 'targetId' };

/** The body with ids and folders that exist in the place of made-up ones; what is no JSON object stays as it is. */
export function withKnownValues(body: string | undefined, known: KnownValues): string | undefined {
  if (body === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? JSON.stringify(replaced(value, known)) : body;
  } catch {
    return body;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function replaced(value: Json, known: KnownValues): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, old]) => {
      if (key === 'location' || key === 'destination') return [key, { path: known.freshFolder() }];
      if (key === 'targets') return [key, [known.idOf('targetId') ?? 'nothing']];
      if (key === 'paths') return [key, [known.source]];
      if (key === 'config' && isObject(old)) return [key, replaced(old, known)];
      const kind = kindOf(key);
      return [key, (kind === undefined ? undefined : known.idOf(kind)) ?? old];
    }),
  );
}

export function queryWithKnownIds(query: string, known: KnownValues): string {
  return query
    .split('&')
    .map((pair) => {
      const [name = ''] = pair.split('=');
      if (name === 'path') return `path=${encodeURIComponent(known.file)}`;
      const id = known.idOf(kindOf(name) ?? '');
      return id === undefined ? pair : `${name}=${encodeURIComponent(id)}`;
    })
    .join('&');
}

function kindOf(key: string): string | undefined {
  return key.endsWith('_id') ? key.replace(/_id$/, 'Id') : KINDS[key];
}
