import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Service } from '../../main/host/index.ts';

export interface RunningService {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly adminToken: string;
  readonly reporterToken: string;
  /** What the service logged as an error, so far. */
  readonly errors: readonly string[];
  /** Ends it, and leaves its data folder for whoever is next. */
  stopOnly(): Promise<void>;
  /** Ends it and removes its data folder. */
  stop(): Promise<void>;
}

/** The whole service in this process, with a data folder of its own; it checks its answers. Whoever runs it stops it. */
export async function runService(config: Record<string, unknown> = {}): Promise<RunningService> {
  const folder = mkdtempSync(join(tmpdir(), 'guardit-service-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const errors: string[] = [];
  const service = await Service.start({
    dataFolder: folder,
    flags: { port: 0 },
    env: {},
    version: '0.0.0-test',
    log: pino({ level: 'error' }, { write: (line: string) => void errors.push(line) }),
    checkReplies: true,
  });
  const token = (name: string) => readFileSync(join(folder, 'tokens', `${name}.token`), 'utf8').trim();
  return {
    url: service.url,
    port: service.port,
    folder,
    adminToken: token('admin'),
    reporterToken: token('reporter'),
    errors,
    stopOnly: () => service.stop(),
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
