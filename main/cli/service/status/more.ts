import { RunList, type RunView } from '../../../../contracts/runs.ts';
import { BackupStatusView } from '../../../../contracts/protection-status.ts';
import { StorageStatusView, type RepositoryStorageView } from '../../../../contracts/storage.ts';
import type { ServiceClient } from '../../../host/attach/index.ts';
import { formatBytes } from '../../output/format.ts';
import { renderTable, type Column } from '../../output/table.ts';
import { durationCell, messageCell, sizeCell, textCell, timeCell } from '../cells.ts';
import { shortId } from '../jobs/run-report.ts';
import { targetLines } from '../targets/list.ts';

/** What `--storage` and `--verbose` add to the status. */
export interface MoreStatus {
  readonly protection?: BackupStatusView;
  /** Unfinished ones: what seems to hang is seen here. */
  readonly runs?: readonly RunView[];
  readonly storage?: StorageStatusView;
}

const MOST_RUNS = 100;

export async function gatherMore(
  client: ServiceClient,
  { storage, verbose }: { storage: boolean; verbose: boolean },
): Promise<MoreStatus> {
  const unfinished = (status: string) => client.get('/api/runs', RunList, { status, limit: MOST_RUNS });
  const [protection, running, pending, stored] = await Promise.all([
    verbose ? client.get('/api/v1/backup/status', BackupStatusView) : undefined,
    verbose ? unfinished('running') : undefined,
    verbose ? unfinished('pending') : undefined,
    storage || verbose ? client.get('/api/v1/storage/status', StorageStatusView) : undefined,
  ]);
  return {
    ...(protection && { protection }),
    ...(running && pending && { runs: [...running.runs, ...pending.runs] }),
    ...(stored && { storage: stored }),
  };
}

export function moreLines({ protection, runs, storage }: MoreStatus): string[] {
  return [
    ...(protection ? ['', protection.message] : []),
    ...(protection && protection.details.length > 0 ? targetLines(protection.details) : []),
    ...(runs && runs.length > 0
      ? ['', ...renderTable(columns('Run', 'Task', 'State', 'For', 'Message'), runs.map(runRow))]
      : []),
    ...(storage ? ['', ...storageLines(storage)] : []),
  ];
}

function runRow(run: RunView): string[] {
  const since = Date.parse(run.started_at ?? run.created_at);
  return [
    shortId(run.id),
    textCell(run.task_id),
    run.progress === null ? run.status : `${run.status} ${Math.floor(run.progress)}%`,
    durationCell((Date.now() - since) / 1000),
    messageCell(run.message),
  ];
}

function storageLines({
  repositories,
  total_stored_bytes: total,
  deduplication_ratio: ratio,
}: StorageStatusView): string[] {
  if (repositories.length === 0) return ['There is no repository yet: guardit repositories add --help.'];
  const titles = columns('Repository', 'State', 'Stored', 'To be freed', 'Free', 'Used', 'Full in', 'Looked at', 'Why');
  const saved = ratio === null ? '' : `; the backups hold ${ratio.toFixed(1)} times as much`;
  return [...renderTable(titles, repositories.map(storageRow)), `${formatBytes(total)} are stored${saved}.`];
}

function storageRow(repository: RepositoryStorageView): string[] {
  const { used_percent: used, full_in_days: days } = repository;
  return [
    textCell(repository.name),
    repository.state,
    sizeCell(repository.stored_bytes),
    sizeCell(repository.unused_bytes),
    sizeCell(repository.free_bytes),
    used === null ? '' : `${used.toFixed(0)} %`,
    days === null ? '' : durationCell(days * 86_400),
    timeCell(repository.measured_at),
    messageCell(repository.problem),
  ];
}

function columns(...titles: string[]): Column[] {
  return titles.map((title) => ({ title }));
}
