import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '../api/server.ts';
import { bindProblems } from '../app/access/bind-rules.ts';
import type { Clock } from '../app/clock/ports.ts';
import { removeApiFile, readApiFile, writeApiFile } from '../infra/data-folder/api-file.ts';
import { makeDataFolder, type DataFolder } from '../infra/data-folder/data-folder.ts';
import { acquireOwnerLock, type OwnerLock } from '../infra/data-folder/owner-lock.ts';
import { createServiceLog, type ServiceLog } from '../infra/log/service-log.ts';
import { buildAreas, type Areas } from './areas.ts';
import { layFoundation, type Foundation } from './foundation.ts';
import { webPages } from './web-pages.ts';
import { loadSettings, SettingsError, type Settings, type SettingsFlags } from './settings.ts';

export interface ServiceOptions {
  readonly dataFolder: string;
  readonly flags?: SettingsFlags;
  readonly env?: NodeJS.ProcessEnv;
  readonly version: string;
  /** Keeps a damaged catalog aside and begins with an empty one. */
  readonly newCatalog?: boolean;
  /** For tests: the time, the log, and whether answers are checked against their schemas. */
  readonly clock?: Clock;
  readonly log?: ServiceLog;
  readonly checkReplies?: boolean;
  readonly rotationGraceMs?: number;
}

/** Another process owns the data folder. */
export class AlreadyOwned extends Error {
  override readonly name = 'AlreadyOwned';
  /** Where the owner listens, as far as it said so. */
  readonly url: string | null;

  constructor(path: string, owner: { readonly url: string; readonly pid: number } | null) {
    const who = owner
      ? `process ${owner.pid}, which listens at ${owner.url}`
      : 'another process, which does not listen yet';
    super(`The data folder ${path} belongs to ${who}.`);
    this.url = owner?.url ?? null;
  }
}

/** How long answers that are under way get when the service stops. */
const LAST_ANSWERS_MS = 2_000;

/** GuardIT's core: the one process that owns a data folder, with catalog, API, scheduler and executor. */
export class Service {
  readonly url: string;
  readonly port: number;
  readonly instanceId: string;
  readonly #lock: OwnerLock;
  readonly #foundation: Foundation;
  readonly #areas: Areas;
  readonly #server: Server;
  #stopping: Promise<void> | null = null;

  private constructor(parts: {
    lock: OwnerLock;
    foundation: Foundation;
    areas: Areas;
    server: Server;
    url: string;
    port: number;
  }) {
    this.#lock = parts.lock;
    this.#foundation = parts.foundation;
    this.#areas = parts.areas;
    this.#server = parts.server;
    this.url = parts.url;
    this.port = parts.port;
    this.instanceId = randomUUID();
  }

  /** Resolves when the service answers. Throws AlreadyOwned, SettingsError, or what the catalog or the port throws. */
  static async start(options: ServiceOptions): Promise<Service> {
    const folder = makeDataFolder(options.dataFolder);
    const settings = loadSettings(folder.path, options.flags ?? {}, options.env ?? process.env);
    const [problem] = bindProblems({ ...settings, tls: settings.tls });
    if (problem !== undefined) throw new SettingsError(problem);
    const lock = acquireOwnerLock(folder.run);
    if (!lock) throw new AlreadyOwned(folder.path, readApiFile(folder.run));
    try {
      return await Service.#startOwned(options, folder, settings, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  static async #startOwned(
    options: ServiceOptions,
    folder: DataFolder,
    settings: Settings,
    lock: OwnerLock,
  ): Promise<Service> {
    const { clock, newCatalog, version } = options;
    const log = options.log ?? createServiceLog(settings.logLevel);
    const foundation = await layFoundation({ folder, settings, log, clock, newCatalog });
    try {
      let port = settings.port;
      const address = { port: () => port, url: () => urlOf(settings, port) };
      const areas = await buildAreas(foundation, address, version, { rotationGraceMs: options.rotationGraceMs });
      const server = createServer({
        operations: areas.operations,
        ...areas.gates,
        pages: webPages(),
        observe: areas.observe,
        reportUnexpected: (id, error) => log.error({ err: error, errorId: id }, 'A request failed unexpectedly.'),
        ...(options.checkReplies === undefined ? {} : { checkReplies: options.checkReplies }),
        ...(settings.tls ? { tls: readTls(settings.tls) } : {}),
      });
      port = await listen(server, settings);
      const service = new Service({ lock, foundation, areas, server, port, url: urlOf(settings, port) });
      await areas.start();
      writeApiFile(folder.run, {
        url: service.url,
        port,
        pid: process.pid,
        instanceId: service.instanceId,
        startedAt: foundation.clock.now().toISOString(),
        version,
      });
      log.info({ url: service.url, dataFolder: folder.path, version }, 'GuardIT is ready.');
      return service;
    } catch (error) {
      await foundation.catalog.close();
      throw error;
    }
  }

  /** With which the first user can be made in a browser; null where there is a user. */
  newSetupCode(): Promise<string | null> {
    return this.#areas.setup.newCode();
  }

  /** Refuses new work, ends what runs as configured, and closes everything. What was acknowledged is durable. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { folder, log, catalog } = this.#foundation;
    removeApiFile(folder.run);
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    // Scripts that are cut off may still report by their tokens: the areas stop while the server answers those.
    await this.#areas.stop();
    const timer = setTimeout(() => this.#server.closeAllConnections(), LAST_ANSWERS_MS);
    await closed;
    clearTimeout(timer);
    await catalog.close();
    this.#lock.release();
    log.info('GuardIT has stopped.');
  }
}

function listen(server: Server, { host, port }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function urlOf({ host, tls }: Settings, port: number): string {
  const name = ['0.0.0.0', '::', '*'].includes(host) ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function readTls({ certFile, keyFile, minVersion }: NonNullable<Settings['tls']>) {
  try {
    return { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion };
  } catch (error) {
    throw new SettingsError(`tls: ${error instanceof Error ? error.message : String(error)}`);
  }
}
