import { join } from 'node:path';
import { accessOperations } from '../api/routes/access.ts';
import { apiKeyOperations } from '../api/routes/api-keys.ts';
import { auditOperations } from '../api/routes/audit.ts';
import { tenantOperations, userOperations } from '../api/routes/users.ts';
import type { DispatcherParts } from '../api/dispatcher.ts';
import { createAuthentication } from '../api/middleware/authenticate.ts';
import { createHostGuard } from '../api/middleware/host-guard.ts';
import { SessionCookie } from '../api/middleware/session-cookie.ts';
import { webSessionOperations } from '../api/routes/web-session.ts';
import { createRateLimit } from '../api/middleware/rate-limit.ts';
import type { Operation } from '../api/operation.ts';
import { ApiKeys } from '../app/access/api-keys.ts';
import { Authenticator } from '../app/access/authenticator.ts';
import { serverNames } from '../app/access/bind-rules.ts';
import { FILE_TOKENS } from '../app/access/credential.ts';
import { KeyUse } from '../app/access/key-use.ts';
import { DEFAULT_BUDGETS } from '../app/access/limits.ts';
import type { Budgets, InstallationTokens, PasswordHasher } from '../app/access/ports.ts';
import { RunTokens } from '../app/access/run-tokens.ts';
import { Sessions } from '../app/access/sessions.ts';
import { Setup } from '../app/access/setup.ts';
import { Tenants } from '../app/access/tenants.ts';
import { Users } from '../app/access/users.ts';
import { AuditLog } from '../app/audit/audit-log.ts';
import type { Catalog } from '../app/catalog/ports.ts';
import type { Clock } from '../app/clock/ports.ts';
import { JwtSigner } from '../infra/access/jwt-signer.ts';
import { memoryRateLimits } from '../infra/access/memory-rate-limiter.ts';
import { ScryptHasher } from '../infra/access/scrypt-hasher.ts';
import { openSecretKey } from '../infra/access/secret-key-file.ts';
import { openTokenFiles } from '../infra/access/token-files.ts';

export interface AccessOptions {
  /** Where `admin.token` and `reporter.token` lie. */
  readonly tokensFolder: string;
  /** Where the key for logins lies. */
  readonly secretsFolder: string;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly loopbackReporting: 'open' | 'token';
  /** The port that the server listens on, once it does. */
  readonly port: () => number;
  /** Whether the server speaks TLS by itself; not unless said. */
  readonly isTls?: boolean;
  readonly budgets?: Partial<Budgets>;
  readonly hasher?: PasswordHasher;
}

export interface OpenAccess {
  /** What stands before every request, for `createServer`. */
  readonly gates: Pick<DispatcherParts, 'guard' | 'authenticate' | 'limitRate'>;
  readonly operations: readonly Operation[];
  readonly audit: AuditLog;
  readonly runTokens: RunTokens;
  readonly apiKeys: ApiKeys;
  readonly tokens: InstallationTokens;
  /** With which the first user is made. */
  readonly setup: Setup;
  /** Writes down when keys were used and forgets what has expired. Every minute, and before the catalog is closed. */
  upkeep(): Promise<void>;
}

/** Puts together who may do what: everything under /api/auth, the audit, and the gates of the API. */
export async function openAccess(options: AccessOptions): Promise<OpenAccess> {
  const { catalog, clock, host, allowedHosts, port, loopbackReporting, hasher = new ScryptHasher() } = options;
  const signer = await JwtSigner.create(await openSecretKey(join(options.secretsFolder, 'jwt.key')));
  const tokens = await openTokenFiles(options.tokensFolder, FILE_TOKENS);
  const limits = memoryRateLimits({ ...DEFAULT_BUDGETS, ...options.budgets });
  const audit = new AuditLog(clock);
  const keyUse = new KeyUse(catalog);
  const runTokens = new RunTokens();
  const authenticator = new Authenticator({ catalog, clock, signer, tokens, runTokens, keyUse, loopbackReporting });
  const sessions = new Sessions({ catalog, clock, audit, hasher, signer, limits });
  const apiKeys = new ApiKeys({ catalog, clock, audit });
  const users = new Users({ catalog, clock, audit, hasher });
  const setup = new Setup({ catalog, users, sessions, limits });
  const cookie = new SessionCookie({ port, isTls: options.isTls ?? false });
  return {
    gates: {
      guard: createHostGuard({ names: serverNames({ host, allowedHosts }) }),
      authenticate: createAuthentication(authenticator, limits, cookie),
      limitRate: createRateLimit(limits),
    },
    operations: [
      ...accessOperations({ sessions, tokens, port }),
      ...webSessionOperations({ sessions, setup, cookie }),
      ...userOperations(users),
      ...apiKeyOperations(apiKeys),
      ...tenantOperations(new Tenants({ catalog, clock, audit })),
      ...auditOperations(catalog),
    ],
    audit,
    runTokens,
    apiKeys,
    tokens,
    setup,
    upkeep: async () => {
      await keyUse.flush();
      const now = clock.now();
      // Looked up first: a write that changes nothing would still wake the disk.
      const isStale = await catalog.read(({ revokedTokens }) => revokedTokens.hasExpired(now));
      if (isStale) await catalog.write(({ revokedTokens }) => revokedTokens.removeExpired(now));
    },
  };
}
