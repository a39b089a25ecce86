import { expect } from 'vitest';
import { jsonExamples, readSeed, type SeedName } from '../../support/seed-documents.ts';

/** One request of a seed, and what it must give. Rows run in their order against one service. */
export interface SeedRow {
  readonly about: string;
  /** The request of a curl block of the seed, by its number there; `method`, `path` and `body` then come from it. */
  readonly curl?: number;
  /** The curl block whose placeholders `body` fills in. */
  readonly covers?: number;
  readonly method?: string;
  /** As the seed writes it; `:name` stands for what an earlier row has kept. */
  readonly path?: string;
  /** An endpoint that the seed names, as it names it, where it differs from `path`. */
  readonly endpoint?: string;
  /** JSON; text is sent as it is. A function makes it of what earlier rows have kept. */
  readonly body?: unknown;
  /** Whose token goes with it. Seed 1's requests have none. */
  readonly as?: 'admin' | 'agent';
  readonly status: number;
  /** Asks again until the answer's `status` is this. */
  readonly until?: string;
  /** The answer has at least this. */
  readonly answer?: unknown;
  /** The answer has no other fields: the seed shows it whole. */
  readonly whole?: boolean;
  /** Remembers a field of the answer, `backups.0.backup_id`, under a name. */
  readonly keep?: Readonly<Record<string, string>>;
}

export const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/) as unknown;
export const WHOLE_SECONDS = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown;
export const NUMBER = expect.any(Number) as unknown;
export const TEXT = expect.any(String) as unknown;

/** What a seed shows, with matchers where values differ from time to time. */
export function shown(
  seed: SeedName,
  heading: string,
  changes: Readonly<Record<string, unknown>>,
  number = 0,
): unknown {
  const found = jsonExamples(readSeed(seed)).filter((example) => example.heading === heading)[number];
  if (!found) throw new Error(`Seed ${seed} shows no JSON under ${heading}.`);
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, name in changes ? changes[name] : change(child)]),
    );
  };
  return change(found.value);
}
