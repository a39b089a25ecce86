import { createHash, randomUUID } from 'node:crypto';
import type { AuditLog, AuditRecord } from '../audit/audit-log.ts';
import type { AuditActor } from '../audit/ports.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { addressGroup } from './address.ts';
import type { Caller } from './caller.ts';
import { spend } from './limits.ts';
import { checkNewPassword, foldPassword } from './password-rules.ts';
import type { PasswordHasher, RateLimits, TokenSigner, UserRecord } from './ports.ts';
import { foldUserName } from './user-name.ts';

export interface SessionsParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly limits: Pick<RateLimits, 'login' | 'loginAddress'>;
  readonly lifetimeMs?: number;
}

export interface Session {
  readonly token: string;
  readonly expiresAt: Date;
  readonly user: UserRecord;
}

/** A working day. */
const DEFAULT_LIFETIME_MS = 12 * 60 * 60 * 1000;
/** The same for a wrong name, a wrong password and a disabled user: whoever guesses learns nothing. */
const WRONG = 'The user name or the password is wrong.';
const TOO_MANY = 'Too many attempts to log in. Wait a while.';

/** Logging in and out. */
export class Sessions {
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  async logIn({
    username,
    password,
    address,
  }: {
    username: string;
    password: string;
    address: string;
  }): Promise<Session> {
    const nameKey = foldUserName(username);
    const budgetKey = await this.#admit(nameKey, address);
    const { catalog, hasher } = this.#parts;
    const user = await catalog.read(({ users }) => users.findByNameKey(nameKey));
    const given = foldPassword(password);
    const isRight = user ? await hasher.verify(given, user.passwordHash) : await hasher.verifyNobody(given);
    const session = user && isRight ? await this.#start(user, address) : null;
    if (!session) {
      await this.#noteRefusal(user, address);
      throw new AppError('unauthenticated', WRONG);
    }
    await this.#parts.limits.login.reset(budgetKey);
    return session;
  }

  /** Ends the login that the caller came with. */
  async logOut(caller: Caller): Promise<void> {
    const session = sessionOf(caller);
    await this.#parts.catalog.write(async (stores) => {
      await stores.revokedTokens.add(session.tokenId, session.expiresAt);
      await this.#parts.audit.record(stores, { caller, action: 'session.ended', object: `user:${caller.id}` });
    });
  }

  /** Ends every login of the user, and answers with a new one. */
  async changePassword(caller: Caller, current: string, next: string): Promise<Session> {
    sessionOf(caller);
    const budgetKey = await this.#admit(foldUserName(caller.name), caller.address);
    const { catalog, hasher, clock, audit, limits } = this.#parts;
    const user = await catalog.read(({ users }) => users.find(caller.id));
    if (!user || !(await hasher.verify(foldPassword(current), user.passwordHash))) {
      await this.#noteRefusal(user, caller.address);
      throw new AppError('forbidden', 'The current password is wrong.', { field: 'currentPassword', code: 'wrong' });
    }
    checkNewPassword(next, user.usernameKey, 'newPassword');
    const passwordHash = await hasher.hash(foldPassword(next));
    const changed = { ...user, passwordHash, tokenVersion: user.tokenVersion + 1, updatedAt: clock.now() };
    await catalog.write(async (stores) => {
      assertUnchanged(await stores.users.find(user.id), user);
      await stores.users.update(changed);
      await audit.record(stores, { caller, action: 'user.password_changed', object: `user:${user.id}` });
    });
    await limits.login.reset(budgetKey);
    return this.#sign(changed);
  }

  /** Before anything costs time. The answer is the key of the budget that a success gives back. */
  async #admit(nameKey: string, address: string): Promise<string> {
    const { limits } = this.#parts;
    const group = addressGroup(address);
    await spend(limits.loginAddress, group, TOO_MANY);
    // Hashed: the name is somebody's input, of any length, and may be a password in the wrong field.
    const budgetKey = `${group} ${createHash('sha256').update(nameKey).digest('base64url')}`;
    await spend(limits.login, budgetKey, TOO_MANY);
    return budgetKey;
  }

  /** Null when the user was disabled or changed while the password was checked. */
  async #start(user: UserRecord, address: string): Promise<Session | null> {
    const { catalog, clock, audit } = this.#parts;
    const now = clock.now();
    const caller: AuditActor = { kind: 'user', id: user.id, name: user.username, address };
    const isStarted = await catalog.write(async (stores) => {
      const current = await stores.users.find(user.id);
      if (!current || current.disabled || current.tokenVersion !== user.tokenVersion) return false;
      await stores.users.setLastLogin(user.id, now);
      await audit.record(stores, { caller, action: 'session.started', object: `user:${user.id}`, at: now });
      return true;
    });
    return isStarted ? this.#sign({ ...user, lastLoginAt: now }) : null;
  }

  async #sign(user: UserRecord): Promise<Session> {
    const { clock, signer, lifetimeMs = DEFAULT_LIFETIME_MS } = this.#parts;
    // A token's times are whole seconds.
    const issuedMs = Math.floor(clock.now().getTime() / 1000) * 1000;
    const expiresAt = new Date(issuedMs + lifetimeMs);
    const { id: userId, role, tokenVersion } = user;
    const issuedAt = new Date(issuedMs);
    const token = await signer.sign({ tokenId: randomUUID(), userId, role, tokenVersion, issuedAt, expiresAt });
    return { token, expiresAt, user };
  }

  /** The name stands in the audit only where there is such a user: people type passwords into the field of the name. */
  async #noteRefusal(user: UserRecord | null, address: string): Promise<void> {
    const caller: AuditActor = { kind: 'nobody', id: '-', name: '-', address };
    const object = user ? `user:${user.id}` : 'user:-';
    const details: AuditRecord['details'] = user ? { username: user.username, disabled: user.disabled } : {};
    const record = { caller, action: 'session.refused', object, details };
    await this.#parts.catalog.write((stores) => this.#parts.audit.record(stores, record));
  }
}

function sessionOf({ session }: Caller): NonNullable<Caller['session']> {
  if (session) return session;
  throw new AppError(
    'unprocessable',
    'This needs a login with name and password; a key has none. An admin deletes keys.',
  );
}

function assertUnchanged(current: UserRecord | null, seen: UserRecord): void {
  if (current && current.tokenVersion === seen.tokenVersion) return;
  throw new AppError('conflict', 'Somebody else changed this user at the same moment. Try again.');
}
