import {
  Agent,
  AgentList,
  AgentListQuery,
  AgentParams,
  EnrolAgent,
  EnrolledAgent,
  Heartbeat,
  HeartbeatReply,
} from '../../../contracts/agents.ts';
import { agentView } from '../../app/agents/views.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { AGENT_READERS, AGENT_WRITERS, OF_AGENTS, TENANTS, type AgentRoutes } from './agent-routes.ts';
import { backupRunOperations } from './backup-runs.ts';
import { taskResultOperations } from './task-results.ts';

const ENROLLERS: Access = { roles: ['admin', 'operator'] };

/** Section 3 of api.md. */
export function agentOperations(parts: AgentRoutes): Operation[] {
  return [...enrolment(parts), ...ofOneAgent(parts), ...taskResultOperations(parts), ...backupRunOperations(parts)];
}

function enrolment({ agents, clock }: AgentRoutes): Operation[] {
  return [
    operation({
      ...OF_AGENTS,
      id: 'enrolAgent',
      method: 'POST',
      path: '/agents',
      summary: 'Enrol an agent',
      description: 'Makes its API key too, which is in this answer only: GuardIT keeps a hash of it.',
      access: ENROLLERS,
      body: EnrolAgent,
      snakeCaseAliases: true,
      responses: { 201: { description: 'The agent and its key.', schema: EnrolledAgent } },
      errors: ['conflict'],
      handle: async ({ caller, body }) => {
        const { agent, key } = await agents.enrol(caller, body);
        return { status: 201, body: { ...agentView(agent, clock.now()), api_key: key } };
      },
    }),
    operation({
      ...OF_AGENTS,
      id: 'listAgents',
      method: 'GET',
      path: '/agents',
      summary: 'List the agents, by name',
      description: "Those of the caller's tenant; of all tenants for a caller of the whole installation.",
      access: { roles: ['admin', 'operator', 'viewer'] },
      query: AgentListQuery,
      responses: { 200: { description: 'A page of them, and how many there are.', schema: AgentList } },
      handle: async ({ caller, query }) => {
        const { limit, offset } = query;
        const { agents: found, total } = await agents.list(caller, query.tenant_id, { limit, offset });
        const now = clock.now();
        return { status: 200, body: { agents: found.map((agent) => agentView(agent, now)), total, limit, offset } };
      },
    }),
  ];
}

function ofOneAgent({ agents, clock }: AgentRoutes): Operation[] {
  return [
    operation({
      ...OF_AGENTS,
      id: 'getAgent',
      method: 'GET',
      path: '/agents/{agentId}',
      summary: 'Show an agent',
      description: TENANTS,
      access: AGENT_READERS,
      params: AgentParams,
      responses: { 200: { description: 'The agent.', schema: Agent } },
      errors: ['agent_not_found'],
      handle: async ({ caller, params }) => ({
        status: 200,
        body: agentView(await agents.get(caller, params.agentId), clock.now()),
      }),
    }),
    operation({
      ...OF_AGENTS,
      id: 'deleteAgent',
      method: 'DELETE',
      path: '/agents/{agentId}',
      summary: 'Delete an agent',
      description: 'Its keys, runs and logs go with it.',
      access: ENROLLERS,
      params: AgentParams,
      responses: { 204: { description: 'It is gone.' } },
      errors: ['agent_not_found'],
      handle: async ({ caller, params }) => {
        await agents.delete(caller, params.agentId);
        return { status: 204 };
      },
    }),
    operation({
      ...OF_AGENTS,
      id: 'postHeartbeat',
      method: 'POST',
      path: '/agents/{agentId}/heartbeat',
      summary: 'Say that the agent is there',
      description: `Once a minute. ${TENANTS}`,
      access: AGENT_WRITERS,
      params: AgentParams,
      body: Heartbeat,
      bodyOptional: true,
      responses: { 200: { description: 'It was heard.', schema: HeartbeatReply } },
      errors: ['agent_not_found'],
      handle: async ({ caller, params, body }) => {
        const at = await agents.heartbeat(caller, params.agentId, body ?? {});
        return { status: 200, body: { status: 'ok', server_time: at.toISOString() } };
      },
    }),
  ];
}
