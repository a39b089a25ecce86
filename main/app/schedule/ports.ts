export type Cancel = () => void;

/** An alarm clock. */
export interface WakeUp {
  /**
   * Calls back once, never from within this call: when the clock of this computer has come to `instant` (at once for one
   * that is past, soon after a standby that slept through it), or earlier, when the clock is found to have been set.
   * So who is woken looks at the clock, does what is due by then, and asks again.
   * `callback` must not throw. Nothing is called after `Cancel`.
   */
  at(instant: Date, callback: () => void): Cancel;
}
