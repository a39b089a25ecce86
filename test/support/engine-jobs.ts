import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  JobContext,
  JobProgress,
  JobWarning,
  RepositoryAccess,
} from '../../main/app/engine-jobs/ports/job-context.ts';
import type { BackupWork, RestoreWork } from '../../main/app/engine-jobs/ports/job-facts.ts';
import { ThreadEngineJobs, type ThreadEngineJobsOptions } from '../../main/infra/engine-jobs/thread-engine-jobs.ts';
import { PASSWORD } from './repositories.ts';
import { seededBytes } from './seeded-bytes.ts';

export const PROGRAM_VERSION = 'guardit 0.0.0-test';

export function threadJobs(options: Partial<ThreadEngineJobsOptions> = {}): ThreadEngineJobs {
  return new ThreadEngineJobs({ programVersion: PROGRAM_VERSION, ...options });
}

export function accessOf(location: string, password: string = PASSWORD): RepositoryAccess {
  return { location, password };
}

/** Remembers what a job told. */
export interface Told extends JobContext {
  readonly progress: JobProgress[];
  readonly warnings: JobWarning[];
  readonly stop: AbortController;
}

export function listening(onProgress: (progress: JobProgress, stop: AbortController) => void = () => undefined): Told {
  const progress: JobProgress[] = [];
  const warnings: JobWarning[] = [];
  const stop = new AbortController();
  return {
    progress,
    warnings,
    stop,
    signal: stop.signal,
    onProgress: (one) => {
      progress.push(one);
      onProgress(one, stop);
    },
    onWarning: (one) => void warnings.push(one),
  };
}

export function backupWork(paths: readonly string[], more: Partial<BackupWork> = {}): BackupWork {
  return {
    paths,
    excludes: [],
    excludeCaches: false,
    excludeLargerThanBytes: null,
    oneFileSystem: false,
    tags: [],
    hostName: null,
    parentSnapshotId: null,
    lockPatienceMs: 0,
    ...more,
  };
}

export function restoreWork(snapshotId: string, targetPath: string, more: Partial<RestoreWork> = {}): RestoreWork {
  return {
    snapshotId,
    subfolder: null,
    targetPath,
    include: [],
    exclude: [],
    overwrite: 'always',
    verify: false,
    dryRun: false,
    lockPatienceMs: 0,
    ...more,
  };
}

/** A folder with files whose content differs from all others of another seed. */
export function makeSource(folder: string, { files = 3, fileBytes = 50_000, seed = 1 } = {}): string {
  mkdirSync(join(folder, 'sub'), { recursive: true });
  for (let i = 0; i < files; i++) {
    const path = join(folder, i % 2 === 0 ? `file-${i}` : `sub/file-${i}`);
    writeFileSync(path, seededBytes(`${seed}:${i}`, fileBytes));
  }
  return folder;
}
