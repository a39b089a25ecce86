import type { Agent as AgentView } from '../../../contracts/agents.ts';
import type { BackupRun as BackupRunView } from '../../../contracts/backup-runs.ts';
import type { Agent, BackupRun } from './ports.ts';

/** Three missed beats of an agent that sends one a minute. */
const ONLINE_WITHIN_MS = 180_000;

export function agentView(agent: Agent, now: Date): AgentView {
  const { id, name, hostname, tenantId, version, lastHeartbeatAt, createdAt } = agent;
  const isOnline = lastHeartbeatAt !== null && now.getTime() - lastHeartbeatAt.getTime() < ONLINE_WITHIN_MS;
  return {
    id,
    name,
    hostname,
    tenant_id: tenantId,
    version,
    status: isOnline ? 'online' : 'offline',
    last_heartbeat: lastHeartbeatAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
  };
}

/** A run as lists and events show it: without its log. */
export function backupRunView(run: BackupRun): BackupRunView {
  return {
    id: run.id,
    agent_id: run.agentId,
    policy_id: run.policyId,
    task_type: run.taskType,
    start_time: run.startTime.toISOString(),
    end_time: run.endTime?.toISOString() ?? null,
    status: run.status,
    duration_seconds: run.durationSeconds,
    snapshot_id: run.snapshotId,
    error_message: run.errorMessage,
    log_size: run.log?.sizeBytes ?? null,
    log_complete: run.log?.isComplete ?? null,
    fields: run.fields,
  };
}
