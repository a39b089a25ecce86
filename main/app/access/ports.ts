import type { Role, UserRole } from '../../../contracts/access.ts';

export interface UserRecord {
  /** A UUID; never used again after the user is deleted, since tasks name their creator by it. */
  readonly id: string;
  readonly username: string;
  /** What makes a name unique: its folded form (user-name.ts). */
  readonly usernameKey: string;
  readonly role: UserRole;
  readonly tenantId: string | null;
  readonly passwordHash: string;
  readonly disabled: boolean;
  /** Increases with every change of role, password, tenant or state: logins from before end with it. */
  readonly tokenVersion: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastLoginAt: Date | null;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface UserStore {
  /** False when there is a user of that name already; nothing is stored then. */
  insert(user: UserRecord): Promise<boolean>;
  find(id: string): Promise<UserRecord | null>;
  findByNameKey(usernameKey: string): Promise<UserRecord | null>;
  /** By name. */
  list(page: Page): Promise<UserRecord[]>;
  count(): Promise<number>;
  /** Replaces everything but the id, the name and the time of creation. */
  update(user: UserRecord): Promise<void>;
  setLastLogin(id: string, at: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
}

export interface ApiKeyRecord {
  /** The public part of the key. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly agentId: string | null;
  readonly tenantId: string | null;
  /** SHA-256. Enough without salt or rounds: the secret is 256 random bits. */
  readonly secretHash: Buffer;
  /** Id of the caller who made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface ApiKeyStore {
  insert(key: ApiKeyRecord): Promise<void>;
  find(id: string): Promise<ApiKeyRecord | null>;
  /** Newest first. */
  list(page: Page): Promise<ApiKeyRecord[]>;
  count(): Promise<number>;
  /** Does nothing for a key that is gone. */
  setLastUsed(id: string, at: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** All keys of an agent; says how many there were. */
  deleteOfAgent(agentId: string): Promise<number>;
}

/** Logins that were ended before their time, by the id of their token (`jti`). */
export interface RevokedTokens {
  /** `expiresAt`: when the token would end by itself, and may be forgotten. */
  add(tokenId: string, expiresAt: Date): Promise<void>;
  has(tokenId: string): Promise<boolean>;
  hasExpired(now: Date): Promise<boolean>;
  removeExpired(now: Date): Promise<number>;
}

export interface TenantRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface TenantStore {
  /** False when the id or the name is taken. */
  insert(tenant: TenantRecord): Promise<boolean>;
  find(id: string): Promise<TenantRecord | null>;
  /** By id. */
  list(): Promise<TenantRecord[]>;
}

export interface PasswordHasher {
  /** Text that holds method, parameters, salt and hash. */
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** As much work as `verify`, for a user who does not exist: the time taken must not tell. Always false. */
  verifyNobody(password: string): Promise<boolean>;
}

export interface SessionClaims {
  readonly tokenId: string;
  readonly userId: string;
  readonly role: UserRole;
  readonly tokenVersion: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly claims: SessionClaims }
  /** Ours and untouched, but too old. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

export interface TokenSigner {
  sign(claims: SessionClaims): Promise<string>;
  /** Times are whole seconds. Never throws for a bad token. */
  verify(token: string, now: Date): Promise<TokenVerdict>;
}

export interface RateDecision {
  readonly allowed: boolean;
  /** 0 when allowed. */
  readonly retryAfterMs: number;
}

/** One budget, kept per key. */
export interface RateLimiter {
  /** Takes one from the key's budget. */
  consume(key: string): Promise<RateDecision>;
  /** Looks without taking. */
  peek(key: string): Promise<RateDecision>;
  reset(key: string): Promise<void>;
}

/** So many within a window; the window begins with the first. */
export interface Budget {
  readonly points: number;
  readonly windowMs: number;
}

/** What limits there are; what each is for stands at DEFAULT_BUDGETS (limits.ts). */
export type BudgetName = 'caller' | 'loopback' | 'anonymous' | 'login' | 'loginAddress' | 'failedAuth';
export type Budgets = Readonly<Record<BudgetName, Budget>>;
export type RateLimits = Readonly<Record<BudgetName, RateLimiter>>;

export const TOKEN_FILES = ['admin', 'reporter'] as const;
export type TokenFileName = (typeof TOKEN_FILES)[number];

/** The installation's own keys, which lie in files of its data folder (api.md, "Who may do what"). */
export interface InstallationTokens {
  /** The secret of a file. For comparing and for the server's proof; it never leaves the process. */
  readonly admin: string;
  readonly reporter: string;
}

/** How a kind of token is made and recognized. */
export interface TokenForm {
  /** With 256 random bits. */
  create(): string;
  isValid(text: string): boolean;
}
