/** `degraded`: it works, and somebody should look. `failing`: changes are refused, or the file is damaged. */
export interface CatalogHealth {
  readonly state: 'ok' | 'degraded' | 'failing';
  /** Why, in sentences that may be shown. */
  readonly problems: readonly string[];
  /** Works that wait for their turn to write. */
  readonly queuedWrites: number;
  readonly walPages: number;
}

/** A work takes well below a millisecond. One that takes so long waits for something else than the catalog. */
const WORK_HANGS_MS = 5_000;
/** 512 MiB: the log should have started over eight times by then. */
const WAL_TOO_LONG_PAGES = 131_072;

export interface HealthSigns {
  readonly flushFailure: string | null;
  readonly damage: readonly string[];
  /** Why the last commit was lost; null since one has succeeded. */
  readonly lossReason: string | null;
  readonly checkpointFailure: string | null;
  readonly recovered: boolean;
  readonly workRunsForMs: number;
  readonly queuedWrites: number;
  readonly walPages: number;
}

export function healthOf(signs: HealthSigns): CatalogHealth {
  const failing: string[] = [];
  const degraded: string[] = [];
  if (signs.flushFailure !== null) failing.push(signs.flushFailure);
  if (signs.damage.length > 0) failing.push(`The catalog is damaged: ${signs.damage.join('; ')}. Restart GuardIT.`);
  if (signs.lossReason !== null) failing.push(signs.lossReason);
  if (signs.checkpointFailure !== null) {
    degraded.push(`The catalog's write-ahead log can't be moved into the catalog: ${signs.checkpointFailure}`);
  }
  if (signs.recovered) degraded.push('The catalog was damaged at the start and replaced by a copy.');
  if (signs.workRunsForMs > WORK_HANGS_MS) {
    degraded.push(
      `A change of the catalog has kept all others waiting for ${Math.round(signs.workRunsForMs / 1000)} seconds.`,
    );
  }
  if (signs.walPages > WAL_TOO_LONG_PAGES) degraded.push("The catalog's write-ahead log grows without end.");
  const state = failing.length > 0 ? 'failing' : degraded.length > 0 ? 'degraded' : 'ok';
  return { state, problems: [...failing, ...degraded], queuedWrites: signs.queuedWrites, walPages: signs.walPages };
}
