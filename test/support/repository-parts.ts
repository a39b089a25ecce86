import { join } from 'node:path';
import type { Caller } from '../../main/app/access/caller.ts';
import { AuditLog } from '../../main/app/audit/audit-log.ts';
import { EventBus } from '../../main/app/events/event-bus.ts';
import { RepositoryAccesses } from '../../main/app/repositories/repository-access.ts';
import type { RepositoryDeps } from '../../main/app/repositories/repository-deps.ts';
import { SerialWork } from '../../main/app/repositories/serial-work.ts';
import { LocalPlaces } from '../../main/infra/repositories/local-places.ts';
import { FileSecretStore } from '../../main/infra/secrets/file-secret-store.ts';
import { keyJobs } from './key-jobs.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from './catalogs.ts';

export const ADMIN: Caller = {
  kind: 'user',
  id: 'admin-1',
  name: 'admin',
  role: 'admin',
  tenantId: null,
  address: '127.0.0.1',
};

export interface RepositoryParts {
  readonly deps: RepositoryDeps;
  readonly clock: StoppedClock;
  /** A place for a repository that is not there yet. */
  readonly place: string;
}

/** The use cases of repositories over a real catalog, real secrets and the real engine, in this thread. */
export async function repositoryParts(): Promise<RepositoryParts> {
  const [catalog, clock, scratch] = [await openTestCatalog(), new StoppedClock(), scratchFolder()];
  const secrets = new FileSecretStore(join(scratch, 'secrets'));
  const jobs = keyJobs();
  const deps: RepositoryDeps = {
    ...{ catalog, clock, secrets, jobs },
    events: new EventBus(),
    audit: new AuditLog(clock),
    accesses: new RepositoryAccesses({ catalog, secrets }),
    places: new LocalPlaces(join(scratch, 'data')),
    adoption: { adopt: () => Promise.resolve(0) },
    immutability: clock,
    journal: { info: () => undefined, warn: () => undefined },
    timeZone: 'UTC',
    keyWork: new SerialWork(),
  };
  return { deps, clock, place: join(scratch, 'repository') };
}

/** What the process does not live to see any more. */
export class Crash extends Error {}

/** The same parts in a process that ends before its `step`-th change, counted from 1. Nothing can be changed after that. */
export function crashingAt(deps: RepositoryDeps, step: number): { deps: RepositoryDeps; steps: string[] } {
  const steps: string[] = [];
  const change = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    if (steps.length >= step - 1) return Promise.reject(new Crash(`It ended before: ${name}`));
    steps.push(name);
    return work();
  };
  const { jobs, secrets, catalog } = deps;
  const dying: RepositoryDeps = {
    ...deps,
    jobs: {
      ...jobs,
      initRepository: (...given: Parameters<typeof jobs.initRepository>) =>
        change('init', () => jobs.initRepository(...given)),
      addKey: (...given: Parameters<typeof jobs.addKey>) => change('add key', () => jobs.addKey(...given)),
      removeKey: (...given: Parameters<typeof jobs.removeKey>) => change('remove key', () => jobs.removeKey(...given)),
    },
    secrets: {
      read: (name) => secrets.read(name),
      has: (name) => secrets.has(name),
      list: () => secrets.list(),
      write: (name, value) => change(`write ${name}`, () => secrets.write(name, value)),
      delete: (name) => change(`delete ${name}`, () => secrets.delete(name)),
    },
    catalog: {
      read: (work) => catalog.read(work),
      write: (work) => change('catalog', () => catalog.write(work)),
    },
    keyWork: new SerialWork(),
  };
  return { deps: dying, steps };
}
