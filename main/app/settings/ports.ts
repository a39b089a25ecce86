/** Settings that an administrator changes while GuardIT runs: a JSON value under a name like `reporting.loopback`. */
export interface SettingsStore {
  /** The value as it was put, or undefined. Whoever reads it checks its shape. */
  get(key: string): Promise<unknown>;
  /** Every setting whose name starts with `prefix`, by name. */
  list(prefix?: string): Promise<ReadonlyMap<string, unknown>>;
  /** `value` is anything that JSON can hold. */
  put(key: string, value: unknown): Promise<void>;
  /** False when there was none. */
  remove(key: string): Promise<boolean>;
}
