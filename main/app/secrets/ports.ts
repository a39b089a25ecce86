export type SecretErrorCode =
  'invalid_secret_name' | 'secret_not_found' | 'secret_too_large' | 'secret_storage_full' | 'secret_unreadable';

/** The message names the secret, never its value. */
export class SecretError extends Error {
  readonly code: SecretErrorCode;

  constructor(code: SecretErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SecretError';
    this.code = code;
  }
}

/** More than any key or certificate needs, in bytes of UTF-8. */
export const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Passwords and tokens by name. A configuration says `{"$secret": "name"}` and the value is read when it is needed: it is
 * in no catalog, no log and no answer.
 */
export interface SecretStore {
  /** The value as it was stored. Throws `secret_not_found`. */
  read(name: string): Promise<string>;
  has(name: string): Promise<boolean>;
  /** Makes or replaces it, durably and all at once: a reader sees the old value or the new one. `secret_storage_full`: neither has changed. */
  write(name: string, value: string): Promise<void>;
  /** False: there was none. */
  delete(name: string): Promise<boolean>;
  /** Names in order; the values stay where they are. */
  list(): Promise<string[]>;
}
