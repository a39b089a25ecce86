import { randomInt } from 'node:crypto';
import { parseByteSize } from '../base/byte-size.ts';
import { EngineError } from '../base/errors.ts';

/** Which part of the packs a check reads (repository-format, section 17). */
export type ReadSubset =
  | { readonly kind: 'all' }
  /** Packs whose first id byte modulo `of` is `part - 1`. */
  | { readonly kind: 'part'; readonly part: number; readonly of: number }
  /** Chosen at random. */
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'bytes'; readonly sizeBytes: number };

/** Reads `2/5`, `10%`, `2.5%`, `50M`. Throws `invalid_argument`. */
export function parseReadSubset(text: string): ReadSubset {
  const part = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text);
  if (part) {
    const subset = { kind: 'part', part: Number(part[1]), of: Number(part[2]) } as const;
    if (subset.part >= 1 && subset.part <= subset.of && subset.of <= 256) return subset;
    throw badSubset(text, 'n/t needs 1 <= n <= t <= 256');
  }
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (percent) {
    const subset = { kind: 'percent', percent: Number(percent[1]) } as const;
    if (subset.percent > 0 && subset.percent <= 100) return subset;
    throw badSubset(text, 'a percentage is above 0 and at most 100');
  }
  const sizeBytes = parseByteSize(text);
  if (sizeBytes === 0) throw badSubset(text, 'a size is above 0');
  return { kind: 'bytes', sizeBytes };
}

function badSubset(text: string, why: string): EngineError {
  const message = `Not a part of the data: ${JSON.stringify(text)} (${why}). Write for example 2/5, 10% or 50M.`;
  return new EngineError('invalid_argument', message);
}

/** The packs of a subset, at least one of a random choice, in the order given. `idByte` is the first byte of a pack's id. */
export function selectPacks<Pack extends { readonly idByte: number; readonly sizeBytes: number }>(
  packs: readonly Pack[],
  subset: ReadSubset,
): Pack[] {
  switch (subset.kind) {
    case 'all':
      return [...packs];
    case 'part':
      return packs.filter(({ idByte }) => idByte % subset.of === subset.part - 1);
    case 'percent':
      return randomPacks(packs, Math.max(1, Math.floor((packs.length * subset.percent) / 100)));
    case 'bytes': {
      const totalBytes = packs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const share = totalBytes === 0 ? 1 : Math.min(1, subset.sizeBytes / totalBytes);
      return randomPacks(packs, Math.max(1, Math.floor(packs.length * share)));
    }
  }
}

function randomPacks<Pack>(packs: readonly Pack[], count: number): Pack[] {
  const chosen = new Set<number>();
  // Floyd's choice: `count` different numbers with as many draws.
  for (let last = packs.length - Math.min(count, packs.length); last < packs.length; last++) {
    const drawn = randomInt(last + 1);
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return packs.filter((_, i) => chosen.has(i));
}
