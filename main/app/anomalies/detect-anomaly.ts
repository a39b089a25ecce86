import type { BackupFacts } from '../engine-jobs/ports/job-facts.ts';

/** How much of what was there a backup found otherwise; 0 to 1, null where too little is there to tell. */
export interface ChangeShares {
  /** Files with other content than in the backup before. */
  readonly changed: number | null;
  readonly deleted: number | null;
  /** Of the new data, what compression could not make smaller: encrypted or compressed already. */
  readonly incompressible: number | null;
}

export interface Anomaly {
  readonly share: keyof ChangeShares;
  readonly value: number;
  /** The median of the backups before. */
  readonly usual: number | null;
  /** One sentence, without a subject: `62 % of the files were changed, usually 1 %`. */
  readonly message: string;
}

type Counts = Pick<
  BackupFacts,
  'filesNew' | 'filesChanged' | 'filesUnmodified' | 'totalFiles' | 'addedBytes' | 'addedStoredBytes'
>;

/** Below these a share is no matter, however unusual: small folders change a lot. */
const LEAST_FILES = 20;
const LEAST_ADDED_BYTES = 8 << 20;
/** What a share must reach at least; and what is far from usual where nothing is known yet. */
const FLOORS = { changed: 0.25, deleted: 0.25, incompressible: 0.9 } as const;
const FIRST_TIME_LIMITS = { changed: 0.7, deleted: 0.6, incompressible: Infinity } as const;
/** Nothing is far that is so near. */
const LEAST_DIFFERENCE = 0.15;
const LEAST_HISTORY = 5;
/** Deviations (scaled median absolute ones) that are still usual. */
const USUAL_DEVIATIONS = 6;
const MAD_TO_SIGMA = 1.4826;

/** Shares of a backup that was compared with the one before; `before` is that one. */
export function changeShares(facts: Counts, before: Pick<Counts, 'totalFiles'>): ChangeShares {
  const known = before.totalFiles;
  const isEnough = known >= LEAST_FILES;
  const left = facts.filesUnmodified + facts.filesChanged;
  const isMuch = facts.addedBytes >= LEAST_ADDED_BYTES;
  return {
    changed: isEnough ? facts.filesChanged / known : null,
    deleted: isEnough ? Math.max(0, known - left) / known : null,
    incompressible: isMuch ? Math.min(1, facts.addedStoredBytes / facts.addedBytes) : null,
  };
}

/**
 * What is far from usual in a backup, by those before it (newest last); null: nothing. Ransomware changes or replaces nearly
 * everything, by data that no compression makes smaller; a slip of the hand deletes it.
 */
export function detectAnomaly(now: ChangeShares, history: readonly ChangeShares[]): Anomaly | null {
  for (const share of ['deleted', 'changed', 'incompressible'] as const) {
    const value = now[share];
    if (value === null) continue;
    const earlier = history.flatMap((shares) => shares[share] ?? []);
    const usual = earlier.length < LEAST_HISTORY ? null : median(earlier);
    const limit = usual === null ? FIRST_TIME_LIMITS[share] : Math.max(FLOORS[share], farFrom(usual, earlier));
    if (value < limit || value - (usual ?? 0) < LEAST_DIFFERENCE) continue;
    return { share, value, usual, message: say(share, value, usual) };
  }
  return null;
}

function farFrom(usual: number, earlier: readonly number[]): number {
  const deviation = median(earlier.map((value) => Math.abs(value - usual))) * MAD_TO_SIGMA;
  // Also beyond the worst that was nothing: a folder that is renewed each Sunday is no news.
  return Math.max(usual + USUAL_DEVIATIONS * deviation, Math.min(1, 1.5 * Math.max(...earlier)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const WHAT = {
  changed: 'of the files were changed',
  deleted: 'of the files are gone',
  incompressible: 'of the new data can not be compressed, as if it were encrypted',
} as const;

function say(share: keyof ChangeShares, value: number, usual: number | null): string {
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return `${percent(value)} ${WHAT[share]}${usual === null ? '' : `, usually ${percent(usual)}`}`;
}
