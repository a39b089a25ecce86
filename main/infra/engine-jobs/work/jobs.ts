import type { JobInput, JobName, JobResult } from '../job-messages.ts';
import { backup } from './backup-job.ts';
import { check, verifySnapshot } from './check-jobs.ts';
import type { JobDesk } from './job-desk.ts';
import { diff, listSnapshots, walkSnapshot } from './look-jobs.ts';
import { forget, prune, storage, tagSnapshot } from './maintenance-jobs.ts';
import {
  addKey,
  initRepository,
  listKeys,
  openRepository,
  removeKey,
  removeLocks,
  testRepository,
} from './repository-jobs.ts';
import { restore } from './restore-job.ts';

export const JOBS: { readonly [Name in JobName]: (desk: JobDesk, input: JobInput<Name>) => Promise<JobResult<Name>> } =
  {
    initRepository,
    openRepository,
    testRepository,
    listKeys,
    addKey,
    removeKey,
    listSnapshots,
    backup,
    restore,
    verifySnapshot,
    check,
    forget,
    prune,
    storage,
    tagSnapshot,
    walkSnapshot,
    diff,
    removeLocks,
  };
