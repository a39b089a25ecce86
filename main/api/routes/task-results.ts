import { AgentParams } from '../../../contracts/agents.ts';
import {
  RESULT_BODY_LIMIT_BYTES,
  TaskResult,
  TaskResultBatch,
  TaskResultBatchReply,
  TaskResultReply,
  type TaskResultOutcome,
} from '../../../contracts/backup-runs.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { validate } from '../http/validation.ts';
import { operation, type Operation } from '../operation.ts';
import { AGENT_WRITERS, OF_AGENTS, TENANTS, type AgentRoutes } from './agent-routes.ts';

const UPSERT =
  'A result with a taskId that is there replaces all of it, except that its end stays when its first final result was ' +
  'received, and its log unless another one is given.';

type Routes = Pick<AgentRoutes, 'results' | 'metrics'>;

export function taskResultOperations({ results, metrics }: Routes): Operation[] {
  return [
    operation({
      ...OF_AGENTS,
      id: 'postTaskResult',
      method: 'POST',
      path: '/agents/{agentId}/task-results',
      summary: 'Post the result of an execution',
      description: `${UPSERT} It may be sent again whenever it is not known whether it arrived. ${TENANTS}`,
      access: AGENT_WRITERS,
      params: AgentParams,
      body: TaskResult,
      snakeCaseAliases: true,
      bodyLimitBytes: RESULT_BODY_LIMIT_BYTES,
      responses: { 200: { description: 'It is stored, with its log.', schema: TaskResultReply } },
      errors: ['agent_not_found', 'conflict'],
      handle: async ({ caller, params, body }) => {
        await results.record(caller, params.agentId, body);
        return { status: 200, body: { status: 'ok' } };
      },
    }),
    operation({
      ...OF_AGENTS,
      id: 'postTaskResults',
      method: 'POST',
      path: '/agents/{agentId}/task-results/batch',
      summary: 'Post several results at once',
      description: `Each is stored or refused by itself, and the answer says what became of it. ${UPSERT} ${TENANTS}`,
      access: AGENT_WRITERS,
      params: AgentParams,
      body: TaskResultBatch,
      bodyLimitBytes: RESULT_BODY_LIMIT_BYTES,
      responses: { 200: { description: 'What became of each.', schema: TaskResultBatchReply } },
      errors: ['agent_not_found'],
      handle: async ({ caller, params, body }) => {
        const items = body.results.map(checked);
        const valid = items.flatMap((item) => (item instanceof AppError ? [] : [item]));
        const outcomes = (await results.recordAll(caller, params.agentId, valid)).values();
        const answers = items.map((item, index): TaskResultOutcome => {
          const problem = item instanceof AppError ? item : outcomes.next().value;
          if (!problem) return { taskId: (item as TaskResult).taskId, status: 'ok' };
          metrics.refused(problem.code);
          return refusal(body.results[index], problem);
        });
        return { status: 200, body: { results: answers } };
      },
    }),
  ];
}

/** Why it is refused, where it is no result. */
function checked(item: unknown): TaskResult | AppError {
  try {
    return validate(TaskResult, item, 'body') as TaskResult;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function refusal(item: unknown, { code, message, details }: AppError): TaskResultOutcome {
  const taskId = typeof item === 'object' && item !== null && 'taskId' in item ? item.taskId : null;
  return { taskId: typeof taskId === 'string' ? taskId : null, error: code, message, details: { ...details } };
}
