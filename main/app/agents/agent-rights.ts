import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Agent, BackupRun } from './ports.ts';

/**
 * The agent, as far as it exists for the caller. One of another tenant does not (`agent_not_found`): who asks must not
 * learn that it is there. An agent that asks for another one of its own tenant is refused (`forbidden`).
 */
export async function requireAgent(stores: Pick<Stores, 'agents'>, caller: Caller, agentId: string): Promise<Agent> {
  const agent = await stores.agents.find(agentId);
  if (!agent || !isInReach(caller, agent)) throw new AppError('agent_not_found', 'There is no such agent.');
  if (caller.role === 'agent' && caller.agentId !== agent.id) {
    throw new AppError('forbidden', 'The key is for another agent.');
  }
  return agent;
}

/** A key of an agent without a tenant reaches that agent only. */
function isInReach({ tenantId, role, agentId }: Caller, agent: Agent): boolean {
  if (tenantId !== null) return agent.tenantId === tenantId;
  return role !== 'agent' || agentId === agent.id;
}

/** A run of the agent. One that another agent posted is not there either (`run_not_found`). */
export async function requireRun(
  stores: Pick<Stores, 'agents' | 'backupRuns'>,
  caller: Caller,
  agentId: string,
  runId: string,
): Promise<BackupRun> {
  const agent = await requireAgent(stores, caller, agentId);
  const run = await stores.backupRuns.find(agent.tenantId, runId);
  if (!run || run.agentId !== agent.id) {
    throw new AppError('run_not_found', 'The agent has no such run. Its result comes first: `running` will do.');
  }
  return run;
}
