import { join } from 'node:path';
import type { ObservedRequest } from '../api/dispatcher.ts';
import type { Operation } from '../api/operation.ts';
import { agentOperations } from '../api/routes/agents.ts';
import type { ApiKeys } from '../app/access/api-keys.ts';
import { Agents } from '../app/agents/agents.ts';
import { BackupRuns } from '../app/agents/backup-runs.ts';
import { pruneBackupRuns } from '../app/agents/prune-backup-runs.ts';
import { RunLogUpload } from '../app/agents/run-log-upload.ts';
import { TaskResults } from '../app/agents/task-results.ts';
import { FolderLogFiles } from '../infra/log/log-files.ts';
import { createResultMetrics } from '../infra/metrics/result-metrics.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';

export interface AgentArea {
  readonly operations: readonly Operation[];
  readonly observe: (request: ObservedRequest) => void;
  readonly chores: readonly Chore[];
  /** Goes on with what was interrupted; in the background, since it may take long. */
  start(): void;
  /** What is not done by then ends with the catalog, and the next start goes on with it. */
  stop(): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Agents, their results and their logs (api.md, section 3). */
export function buildAgents(foundation: Foundation, apiKeys: ApiKeys): AgentArea {
  const { catalog, clock, events, audit, log: journal } = foundation;
  // A folder of their own: whoever sweeps it needs to know of agents' logs only.
  const logFiles = new FolderLogFiles(join(foundation.folder.logs, 'agents'));
  const metrics = createResultMetrics(foundation.metrics);
  const agents = new Agents({ catalog, clock, audit, apiKeys, logFiles, journal });
  const results = new TaskResults({ catalog, clock, events, logFiles, metrics, journal });
  const runs = new BackupRuns({ catalog, logFiles });
  const uploads = new RunLogUpload({ catalog, logFiles, metrics });
  let isStopping = false;
  return {
    operations: agentOperations({ agents, results, runs, uploads, metrics, clock }),
    observe: ({ operation, errorCode }) => {
      const isResult = operation?.id === 'postTaskResult' || operation?.id === 'postTaskResults';
      if (isResult && errorCode !== null) metrics.refused(errorCode);
    },
    chores: [
      {
        name: 'old-agent-runs',
        everyMs: HOUR_MS,
        firstAfterMs: 8 * MINUTE_MS,
        work: async (signal) => {
          const before = new Date(clock.now().getTime() - foundation.settings.agents.keepDays * DAY_MS);
          const count = await pruneBackupRuns({ catalog, logFiles }, before, signal);
          if (count > 0) journal.info({ count }, 'Old runs of agents are forgotten.');
        },
      },
    ],
    start: () => {
      agents.cleanUp().catch((error: unknown) => {
        if (isStopping) return;
        journal.warn({ err: error }, "Agents' leftovers could not be removed; the next start tries again.");
      });
    },
    stop: () => {
      isStopping = true;
    },
  };
}
