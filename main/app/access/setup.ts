import { randomInt } from 'node:crypto';
import type { Catalog } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { addressGroup } from './address.ts';
import { hashSecret, matchesHash } from './credential.ts';
import { spend } from './limits.ts';
import type { RateLimits } from './ports.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Users } from './users.ts';

export interface SetupParts {
  readonly catalog: Catalog;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly limits: Pick<RateLimits, 'login' | 'loginAddress'>;
}

export interface FirstUser {
  readonly code: string;
  readonly username: string;
  readonly password: string;
  readonly address: string;
}

/** Without letters and digits that are taken for each other: 31 of them, so twelve are 59 bits. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 12;
const TOO_MANY = 'Too many attempts. Wait a while.';
const WRONG =
  'The setup code is wrong, or has been used. `guardit serve` prints it when it starts, as long as there is no user.';

/**
 * How the first user comes about in a browser: whoever can see the terminal of the service reads a code there and types it into
 * the page. It lives in memory only, as long as there is no user, and works once.
 */
export class Setup {
  readonly #parts: SetupParts;
  #hash: Buffer | null = null;

  constructor(parts: SetupParts) {
    this.#parts = parts;
  }

  async isNeeded(): Promise<boolean> {
    return (await this.#parts.catalog.read(({ users }) => users.count())) === 0;
  }

  /** A new code, which replaces the one before; null where there is a user already. */
  async newCode(): Promise<string | null> {
    if (!(await this.isNeeded())) return null;
    const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    this.#hash = hashSecret(code);
    return code.replace(/(.{4})(?=.)/g, '$1-');
  }

  /** Makes the first user, an admin, and logs them in. */
  async createFirstUser({ code, username, password, address }: FirstUser): Promise<Session> {
    const { limits, users, sessions } = this.#parts;
    const group = addressGroup(address);
    await spend(limits.loginAddress, group, TOO_MANY);
    await spend(limits.login, `${group} setup`, TOO_MANY);
    const hash = this.#hash;
    if (!hash || !matchesHash(normalized(code), hash))
      throw new AppError('forbidden', WRONG, { field: 'code', code: 'wrong' });
    // Taken before anything is awaited: two requests with the right code make one user.
    this.#hash = null;
    try {
      await users.createFirst({ kind: 'nobody', id: 'setup', name: 'setup code', address }, { username, password });
    } catch (error) {
      // A password that is too simple costs another try, not the code.
      if (!(error instanceof AppError && error.code === 'conflict')) this.#hash = hash;
      throw error;
    }
    await limits.login.reset(`${group} setup`);
    return sessions.logIn({ username, password, address });
  }
}

function normalized(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '');
}
