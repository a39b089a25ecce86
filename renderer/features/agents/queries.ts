import { queryOptions } from '@tanstack/react-query';
import { AgentList, EnrolledAgent } from '../../../contracts/agents.ts';
import { BackupRunList } from '../../../contracts/backup-runs.ts';
import { call, pathPart } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const RUNS_PAGE = 50;

export const agentsQuery = queryOptions({
  queryKey: keys.agents,
  queryFn: ({ signal }) => call('/agents', { query: { limit: 1000 }, reply: AgentList, signal }),
  // Nothing tells that a heartbeat did not come.
  refetchInterval: 60_000,
});

/** `page` from 1. */
export const agentRunsQuery = (agentId: string, page: number) =>
  queryOptions({
    queryKey: keys.agentRuns(agentId, page),
    queryFn: ({ signal }) => {
      const query = { limit: RUNS_PAGE, offset: (page - 1) * RUNS_PAGE };
      return call(`/agents/${pathPart(agentId)}/backup-runs`, { query, reply: BackupRunList, signal });
    },
  });

export function enrol(body: { readonly name: string; readonly hostname?: string }) {
  return call('/agents', { method: 'POST', body, reply: EnrolledAgent });
}
