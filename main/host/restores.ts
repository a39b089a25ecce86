import { join } from 'node:path';
import type { ActionType } from '../../contracts/actions.ts';
import type { Operation } from '../api/operation.ts';
import { browseOperations } from '../api/routes/browse.ts';
import { restoreOperations } from '../api/routes/restores.ts';
import { searchOperations } from '../api/routes/search.ts';
import { verificationOperations } from '../api/routes/verifications.ts';
import { BackupBrowsing } from '../app/browse/browse-backups.ts';
import type { BackupBrowser } from '../app/browse/ports.ts';
import type { RepositoryAccess } from '../app/engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../app/engine-jobs/ports/jobs.ts';
import { RestoreExecutor } from '../app/restore/restore-executor.ts';
import type { RestoreDeps } from '../app/restore/restore-deps.ts';
import type { Executor } from '../app/runs/ports.ts';
import { IndexUpkeep } from '../app/search/index-upkeep.ts';
import { FileSearch } from '../app/search/search-files.ts';
import { BackupVerifier } from '../app/verification/backup-verifier.ts';
import { DrillExecutor } from '../app/verification/drill-executor.ts';
import { CheckTasks } from '../app/verification/repository-tasks.ts';
import { VerifyExecutor } from '../app/verification/verify-executor.ts';
import { LocalRestoreFolders } from '../infra/files/restore-folders.ts';
import { FolderScratchSpace } from '../infra/files/scratch-space.ts';
import { SearchThread } from '../infra/search/search-thread.ts';
import type { Foundation } from './foundation.ts';
import type { RunsArea } from './runs.ts';

export interface RestoreParts {
  readonly engine: EngineJobs;
  readonly browser: BackupBrowser;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
}

export interface RestoreArea {
  readonly executors: Partial<Record<ActionType, Executor>>;
  /** For whoever must know when the search indexes follow what happened. */
  readonly upkeep: IndexUpkeep;
  /** Needs what executes runs, which needs the executors first. */
  operations(runs: Pick<RunsArea, 'dispatcher' | 'nextStart'>): readonly Operation[];
  /** Before runs are taken up: cleans up after a crash, and takes up what was missed. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Getting things back: restores, looking into backups, searching them, and proofs that all of that works. */
export function buildRestores(foundation: Foundation, { engine, browser, openAccess }: RestoreParts): RestoreArea {
  const { catalog, clock, events, audit, folder, log, timeZone } = foundation;
  const folders = new LocalRestoreFolders();
  const scratch = new FolderScratchSpace(join(folder.path, 'scratch'));
  const index = new SearchThread(join(folder.path, 'search'));
  const upkeep = new IndexUpkeep({ catalog, engine, index, openAccess, log });
  const verifying = { catalog, clock, events, engine, openAccess };
  const verifier = new BackupVerifier(verifying);
  const checkTasks = new CheckTasks({ catalog, clock, events, timeZone, log });
  const stopFollowing = events.subscribe(({ type, data }) => {
    const { target_id: targetId } = data;
    if (FOLLOWED.test(type) && typeof targetId === 'string') upkeep.request(targetId);
  });
  return {
    executors: {
      restore: new RestoreExecutor({ catalog, clock, engine, openAccess, folders, verifier }),
      verify: new VerifyExecutor({ ...verifying, verifier }),
      restore_drill: new DrillExecutor({ ...verifying, scratch, random: Math.random }),
    },
    upkeep,
    operations: ({ dispatcher, nextStart }) => {
      const common = { catalog, clock, events, audit, dispatcher, timeZone, nextStart };
      const restores: RestoreDeps = {
        ...{ ...common, engine, openAccess, folders },
        dataFolder: folder.path,
        restoresFolder: join(folder.path, 'restores'),
      };
      return [
        ...browseOperations({ browsing: new BackupBrowsing({ catalog, audit, engine, browser, openAccess }) }),
        ...searchOperations(new FileSearch({ catalog, index, upkeep })),
        ...restoreOperations(restores),
        ...verificationOperations(common),
      ];
    },
    start: async () => {
      await scratch.removeAll();
      await checkTasks.start();
      await upkeep.requestAll();
    },
    stop: async () => {
      stopFollowing();
      checkTasks.stop();
      await upkeep.stop();
      await index.close();
    },
  };
}

/** After these a target has other backups than before. */
const FOLLOWED = /^backup\.(?:completed|removed|found)$/;
