import type { Agents } from '../../app/agents/agents.ts';
import type { BackupRuns } from '../../app/agents/backup-runs.ts';
import type { ResultMetrics } from '../../app/agents/ports.ts';
import type { RunLogUpload } from '../../app/agents/run-log-upload.ts';
import type { TaskResults } from '../../app/agents/task-results.ts';
import type { Clock } from '../../app/clock/ports.ts';
import type { Access } from '../operation.ts';

/** What the routes of agents are made of. */
export interface AgentRoutes {
  readonly agents: Agents;
  readonly results: TaskResults;
  readonly runs: BackupRuns;
  readonly uploads: RunLogUpload;
  readonly metrics: ResultMetrics;
  readonly clock: Clock;
}

export const AGENT_READERS: Access = { roles: ['admin', 'operator', 'viewer', 'agent'] };
export const AGENT_WRITERS: Access = { roles: ['admin', 'operator', 'agent'] };

export const OF_AGENTS = { tag: 'agents', family: 'manager' } as const;
export const TENANTS =
  'An agent of another tenant does not exist for the caller (404). A key of the role agent is for its own agent: 403 for ' +
  'another one of the same tenant.';
