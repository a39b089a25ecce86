import { randomUUID } from 'node:crypto';
import type { UserRole } from '../../../contracts/access.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditActor, JsonValue } from '../audit/ports.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Caller } from './caller.ts';
import { checkNewPassword, foldPassword } from './password-rules.ts';
import type { Page, PasswordHasher, UserRecord } from './ports.ts';
import { checkTenant } from './scope-rules.ts';
import { foldUserName } from './user-name.ts';

export interface UsersParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly hasher: PasswordHasher;
}

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly role: UserRole;
  /** Null, and left out: the whole installation. */
  readonly tenantId?: string | null | undefined;
}

export interface UserChanges {
  readonly role?: UserRole | undefined;
  readonly password?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly tenantId?: string | null | undefined;
}

/** People who log in. For admins; the last one may go too, since the admin token of the installation stays. */
export class Users {
  readonly #parts: UsersParts;

  constructor(parts: UsersParts) {
    this.#parts = parts;
  }

  async list(page: Page): Promise<{ users: UserRecord[]; total: number }> {
    return this.#parts.catalog.read(async ({ users }) => ({
      users: await users.list(page),
      total: await users.count(),
    }));
  }

  async get(id: string): Promise<UserRecord> {
    const user = await this.#parts.catalog.read(({ users }) => users.find(id));
    return user ?? notFound();
  }

  async create(caller: Caller, wish: NewUser): Promise<UserRecord> {
    return this.#create(caller, wish, async () => undefined);
  }

  /** The first one of an installation, an admin. Throws `conflict` where there is a user already. */
  async createFirst(caller: AuditActor, wish: Pick<NewUser, 'username' | 'password'>): Promise<UserRecord> {
    return this.#create(caller, { ...wish, role: 'admin' }, async (stores) => {
      if ((await stores.users.count()) > 0) throw new AppError('conflict', 'There is a user already: log in.');
    });
  }

  async #create(
    caller: AuditActor,
    { username: given, password, role, tenantId = null }: NewUser,
    checkWithin: (stores: Stores) => Promise<void>,
  ): Promise<UserRecord> {
    const { catalog, clock, audit, hasher } = this.#parts;
    const username = given.normalize('NFC');
    const usernameKey = foldUserName(username);
    checkNewPassword(password, usernameKey, 'password');
    const now = clock.now();
    const user: UserRecord = {
      id: randomUUID(),
      username,
      usernameKey,
      role,
      tenantId,
      passwordHash: await hasher.hash(foldPassword(password)),
      disabled: false,
      tokenVersion: 1,
      createdAt: now,
      updatedAt: now,
      lastLoginAt: null,
    };
    await catalog.write(async (stores) => {
      await checkWithin(stores);
      await checkTenant(stores, role, tenantId);
      if (!(await stores.users.insert(user))) {
        throw new AppError('conflict', `There is a user ${username} already.`, { field: 'username', code: 'taken' });
      }
      const details = { username, role, tenant_id: tenantId };
      await audit.record(stores, { caller, action: 'user.created', object: `user:${user.id}`, details });
    });
    return user;
  }

  /** Every change ends the user's logins: rights that were taken away must not live on in a token. */
  async update(caller: Caller, id: string, { password, ...changes }: UserChanges): Promise<UserRecord> {
    const { catalog, clock, audit, hasher } = this.#parts;
    const seen = await this.get(id);
    if (password !== undefined) checkNewPassword(password, seen.usernameKey, 'password');
    const passwordHash = password === undefined ? undefined : await hasher.hash(foldPassword(password));
    return catalog.write(async (stores) => {
      const before = (await stores.users.find(id)) ?? notFound();
      const after: UserRecord = {
        ...before,
        role: changes.role ?? before.role,
        disabled: changes.disabled ?? before.disabled,
        tenantId: changes.tenantId === undefined ? before.tenantId : changes.tenantId,
        passwordHash: passwordHash ?? before.passwordHash,
        tokenVersion: before.tokenVersion + 1,
        updatedAt: clock.now(),
      };
      await checkTenant(stores, after.role, after.tenantId);
      await stores.users.update(after);
      const details = { username: before.username, ...differences(before, after) };
      await audit.record(stores, { caller, action: 'user.updated', object: `user:${id}`, details });
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { catalog, audit } = this.#parts;
    await catalog.write(async (stores) => {
      const user = (await stores.users.find(id)) ?? notFound();
      await stores.users.delete(id);
      const details = { username: user.username, role: user.role, tenant_id: user.tenantId };
      await audit.record(stores, { caller, action: 'user.deleted', object: `user:${id}`, details });
    });
  }
}

function differences(before: UserRecord, after: UserRecord): { readonly [name: string]: JsonValue } {
  return {
    ...(before.role !== after.role && { role: { from: before.role, to: after.role } }),
    ...(before.disabled !== after.disabled && { disabled: { from: before.disabled, to: after.disabled } }),
    ...(before.tenantId !== after.tenantId && { tenant_id: { from: before.tenantId, to: after.tenantId } }),
    ...(before.passwordHash !== after.passwordHash && { password_changed: true }),
  };
}

function notFound(): never {
  throw new AppError('not_found', 'There is no such user.');
}
