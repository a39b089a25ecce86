/** The time of day. Use cases ask it instead of `Date`, so that a test can say what time it is. */
export interface Clock {
  now(): Date;
}
