import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isLoopbackAddress } from './address.ts';
import type { Caller } from './caller.ts';
import { hashSecret, matchesHash, parseAuthorization, type Credential } from './credential.ts';
import type { KeyUse } from './key-use.ts';
import {
  TOKEN_FILES,
  type InstallationTokens,
  type SessionClaims,
  type TokenFileName,
  type TokenSigner,
} from './ports.ts';
import type { RunTokens } from './run-tokens.ts';

/** What is known of a request before anybody believes it. */
export interface Approach {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of the connection, not of any header. */
  readonly remoteAddress: string;
  readonly localAddress: string;
}

export interface AuthenticatorParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly signer: TokenSigner;
  readonly tokens: InstallationTokens;
  readonly runTokens: RunTokens;
  readonly keyUse: KeyUse;
  /** The setting `reporting.loopback`. */
  readonly loopbackReporting: 'open' | 'token';
}

/** Any of these says that somebody stands between, so the connection's address is not the client's. */
const PROXY_HEADER =
  /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|(?:x-|true-|cf-)(?:client|connecting|cluster-client)-ip)$/;

/** Finds out who makes a request. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;
  readonly #fileHashes: readonly { readonly name: TokenFileName; readonly hash: Buffer }[];

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
    this.#fileHashes = TOKEN_FILES.map((name) => ({ name, hash: hashSecret(parts.tokens[name]) }));
  }

  /**
   * Null: no token, and no program of this machine that may do without. Throws `unauthenticated` for a token that is no good,
   * wherever it comes from: a script that believes it has rights must learn that it lost them.
   */
  async authenticate({ headers, remoteAddress, localAddress }: Approach): Promise<Caller | null> {
    const { authorization } = headers;
    if (authorization !== undefined) {
      const credential = typeof authorization === 'string' ? parseAuthorization(authorization) : null;
      if (!credential) throw refused('The token is not valid.');
      return this.#holder(credential, remoteAddress);
    }
    const isLocal = isLoopbackAddress(remoteAddress) && isLoopbackAddress(localAddress);
    if (this.#parts.loopbackReporting !== 'open' || !isLocal || isForwarded(headers)) return null;
    const name = 'a local program';
    return { kind: 'loopback', id: 'loopback', name, role: 'reporter', tenantId: null, address: remoteAddress };
  }

  async #holder(credential: Credential, address: string): Promise<Caller> {
    switch (credential.kind) {
      case 'key':
        return this.#keyHolder(credential.id, credential.secret, address);
      case 'file':
        return this.#fileHolder(credential.token, address);
      case 'run':
        return this.#runHolder(credential.token, address);
      case 'session':
        return this.#sessionHolder(credential.token, address);
    }
  }

  async #keyHolder(id: string, secret: string, address: string): Promise<Caller> {
    const key = await this.#parts.catalog.read(({ apiKeys }) => apiKeys.find(id));
    if (!key || !matchesHash(secret, key.secretHash)) throw refused('The API key is not valid.');
    const now = this.#parts.clock.now();
    if (key.expiresAt && key.expiresAt <= now) throw refused('The API key has expired: ask an admin for a new one.');
    this.#parts.keyUse.touch(id, now);
    const { name, role, tenantId, agentId } = key;
    return { kind: 'key', id, name, role, tenantId, address, ...(agentId !== null && { agentId }) };
  }

  #fileHolder(token: string, address: string): Caller {
    const found = this.#fileHashes.find(({ hash }) => matchesHash(token, hash));
    if (!found) throw refused('The token is not of this installation, or of an earlier one: read the file again.');
    const { name: role } = found;
    return { kind: 'key', id: `${role}.token`, name: `${role}.token`, role, tenantId: null, address };
  }

  #runHolder(token: string, address: string): Caller {
    const holder = this.#parts.runTokens.find(token);
    if (!holder) throw refused("The run's token is not valid: it ends with the run.");
    const { taskId, runId } = holder;
    const name = `run of ${taskId}`;
    return { kind: 'run', id: runId, name, role: 'reporter', tenantId: null, taskId, runId, address };
  }

  async #sessionHolder(token: string, address: string): Promise<Caller> {
    const verdict = await this.#parts.signer.verify(token, this.#parts.clock.now());
    if (verdict.kind === 'expired') throw refused('The login has expired: log in again.');
    if (verdict.kind === 'invalid') throw refused('The token is not valid.');
    const caller = await this.#user(verdict.claims, address);
    if (!caller) throw refused('The login has ended: log in again.');
    return caller;
  }

  /** Null when the user is gone, disabled or changed since, or has logged out. */
  async #user(claims: SessionClaims, address: string): Promise<Caller | null> {
    const { tokenId, expiresAt, userId } = claims;
    return this.#parts.catalog.read(async ({ users, revokedTokens }) => {
      const user = await users.find(userId);
      if (!user || user.disabled || user.tokenVersion !== claims.tokenVersion || user.role !== claims.role) return null;
      if (await revokedTokens.has(tokenId)) return null;
      const { id, username: name, role, tenantId } = user;
      return { kind: 'user', id, name, role, tenantId, address, session: { tokenId, expiresAt } };
    });
  }
}

function isForwarded(headers: Approach['headers']): boolean {
  return Object.keys(headers).some((name) => PROXY_HEADER.test(name));
}

function refused(message: string): AppError {
  return new AppError('unauthenticated', message);
}
