import { ReportStatus } from '../../../contracts/status.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import type { SpoolFolder } from './ports.ts';
import { recordStatus } from './record-status.ts';
import { MAX_SPOOLED_BYTES, parseSpooledStatus, type SpooledStatus } from './spooled-status.ts';
import type { StatusDeps } from './status-deps.ts';

export interface SpoolDeps extends StatusDeps {
  readonly spool: SpoolFolder;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

/** Whoever may write into the folder is a program of this machine, with the rights of one: monitored tasks only. */
const SPOOL: Caller = { kind: 'loopback', id: 'spool', name: 'spool', role: 'reporter', tenantId: null, address: '' };

/** So many files are read before anything is recorded, and share commits. */
const FILES_AT_ONCE = 50;

/** What a file's trouble is when the catalog, not the file, is the reason: it stays where it is. */
const NOT_NOW: ReadonlySet<string> = new Set(['storage_full', 'unavailable', 'catalog_damaged']);

export interface Ingested {
  readonly recorded: number;
  readonly rejected: number;
  /** Whether files are left that could not be recorded now. */
  readonly isLeft: boolean;
}

/**
 * Records what script clients could not deliver, in the order in which they wrote it down, and removes each file when its
 * status is durable. A crash in between does no harm: its attempt id is recorded once. What can't be recorded is put aside.
 */
export async function ingestSpool(deps: SpoolDeps): Promise<Ingested> {
  let recorded = 0;
  let rejected = 0;
  for (;;) {
    const names = await deps.spool.list(FILES_AT_ONCE);
    if (names.length === 0) break;
    // Asked for in order, and the catalog writes in the order in which it is asked.
    const results = await Promise.all((await readAll(deps, names)).map((file) => ingest(deps, file)));
    recorded += results.filter((result) => result === 'recorded').length;
    rejected += results.filter((result) => result === 'rejected').length;
    if (results.includes('left')) return done(deps, { recorded, rejected, isLeft: true });
  }
  return done(deps, { recorded, rejected, isLeft: false });
}

function done(deps: SpoolDeps, ingested: Ingested): Ingested {
  if (ingested.recorded > 0) deps.log.info({ count: ingested.recorded }, 'Statuses of the spool were recorded.');
  return ingested;
}

interface SpoolFile {
  readonly name: string;
  readonly bytes: Uint8Array | null;
}

function readAll({ spool }: SpoolDeps, names: readonly string[]): Promise<SpoolFile[]> {
  return Promise.all(names.map(async (name) => ({ name, bytes: await spool.read(name, MAX_SPOOLED_BYTES) })));
}

async function ingest(deps: SpoolDeps, { name, bytes }: SpoolFile): Promise<'recorded' | 'rejected' | 'left'> {
  try {
    if (bytes === null) throw new AppError('invalid_request', 'The spooled status is no regular file.');
    await record(deps, parseSpooledStatus(bytes));
  } catch (error) {
    if (!(error instanceof AppError) || NOT_NOW.has(error.code)) {
      deps.log.warn({ err: error, file: name }, 'A status of the spool could not be recorded now.');
      return 'left';
    }
    deps.log.warn({ file: name, reason: error.message }, 'A status of the spool was put aside.');
    await deps.spool.reject(name, error.message);
    return 'rejected';
  }
  await deps.spool.remove(name);
  return 'recorded';
}

async function record(deps: SpoolDeps, { taskId, body, attemptId, recordedAtMs }: SpooledStatus): Promise<void> {
  const result = ReportStatus.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new AppError('invalid_request', `body.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  await recordStatus(deps, SPOOL, taskId, result.data, { attemptId, recordedAtMs });
}
