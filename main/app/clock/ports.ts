/** The time of day. Use cases ask it instead of `Date`, so that a test can say what time it is. */
export interface Clock {
  now(): Date;
}

/** Steady time, which no setting of the clock disturbs. */
export interface Timers {
  /** Calls back once after `ms` (at most 2^31 - 1), never from within this call; not after the returned function was called. */
  after(ms: number, callback: () => void): () => void;
}
