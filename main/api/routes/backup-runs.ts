import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AgentParams } from '../../../contracts/agents.ts';
import {
  BackupRunDetail,
  BackupRunList,
  BackupRunParams,
  BackupRunsQuery,
  PutLogQuery,
  PutLogReply,
} from '../../../contracts/backup-runs.ts';
import { AppError } from '../../app/errors/app-error.ts';
import type { UploadWish } from '../../app/agents/run-log-upload.ts';
import { backupRunView } from '../../app/agents/views.ts';
import { rangeHeaders, requestedRange, type ByteRange } from '../http/byte-range.ts';
import { contentRange } from '../http/content-range.ts';
import { jsonWithText } from '../http/json-with-text.ts';
import { operation, type Operation, type Reply } from '../operation.ts';
import { AGENT_READERS, AGENT_WRITERS, OF_AGENTS, TENANTS, type AgentRoutes } from './agent-routes.ts';

/** A larger log is not held in memory, but sent as it is read. */
const STREAMED_FROM_BYTES = 1024 * 1024;
const TEXT = 'text/plain; charset=utf-8';
const UPLOAD_IDLE_TIMEOUT_MS = 60_000;

type Routes = Pick<AgentRoutes, 'runs' | 'uploads'>;

export function backupRunOperations(routes: Routes): Operation[] {
  return [listRuns(routes), getRun(routes), getLog(routes), putLog(routes)];
}

function listRuns({ runs }: Routes): Operation {
  return operation({
    ...OF_AGENTS,
    id: 'listBackupRuns',
    method: 'GET',
    path: '/agents/{agentId}/backup-runs',
    summary: 'List what an agent executed, newest first',
    description: TENANTS,
    access: AGENT_READERS,
    params: AgentParams,
    query: BackupRunsQuery,
    responses: { 200: { description: 'A page of them, and how many match.', schema: BackupRunList } },
    errors: ['agent_not_found'],
    handle: async ({ caller, params, query }) => {
      const { limit, offset, status, policy_id: policyId, from, to } = query;
      const filter = {
        agentId: params.agentId,
        status,
        policyId,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
      };
      const { runs: found, total } = await runs.list(caller, filter, { limit, offset });
      return { status: 200, body: { runs: found.map(backupRunView), total, limit, offset } };
    },
  });
}

function getRun({ runs }: Routes): Operation {
  return operation({
    ...OF_AGENTS,
    id: 'getBackupRun',
    method: 'GET',
    path: '/agents/{agentId}/backup-runs/{runId}',
    summary: 'Show an execution with its log',
    description: TENANTS,
    access: AGENT_READERS,
    params: BackupRunParams,
    responses: { 200: { description: 'The run.', schema: BackupRunDetail } },
    errors: ['agent_not_found', 'run_not_found'],
    handle: async ({ caller, params }) => {
      const { run, log } = await runs.get(caller, params.agentId, params.runId);
      const log_url = run.log ? `/agents/${run.agentId}/backup-runs/${run.id}/log` : null;
      const fields = { ...backupRunView(run), log_truncated: log?.isTruncated ?? false, log_url };
      if (!log) return { status: 200, body: { ...fields, log: null } };
      return withLog(fields, log.stream, log.sizeBytes);
    },
  });
}

async function withLog(fields: Record<string, unknown>, stream: Readable, sizeBytes: number): Promise<Reply> {
  if (sizeBytes < STREAMED_FROM_BYTES) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await buffer(stream));
    return { status: 200, body: { ...fields, log: text } };
  }
  const headers = { 'cache-control': 'private, no-cache' };
  return {
    status: 200,
    stream: jsonWithText(fields, 'log', stream),
    contentType: 'application/json; charset=utf-8',
    headers,
  };
}

function getLog({ runs }: Routes): Operation {
  return operation({
    ...OF_AGENTS,
    id: 'getBackupRunLog',
    method: 'GET',
    path: '/agents/{agentId}/backup-runs/{runId}/log',
    summary: 'Read the log of an execution',
    description: `The bytes as they were sent. One Range is supported. ${TENANTS}`,
    access: AGENT_READERS,
    params: BackupRunParams,
    headers: { Range: { description: 'One range of bytes.', example: 'bytes=0-1023' } },
    responses: {
      200: { description: 'All of it.', contentType: TEXT },
      206: { description: 'The range that was asked for.', contentType: TEXT },
    },
    errors: ['agent_not_found', 'run_not_found', 'not_found', 'range_not_satisfiable'],
    handle: async ({ caller, params, headers }) => {
      let range: ByteRange | null = null;
      const { stream, sizeBytes } = await runs.readLog(caller, params.agentId, params.runId, (size) => {
        range = requestedRange(headers, size);
        return range;
      });
      return { status: range ? 206 : 200, stream, contentType: TEXT, headers: rangeHeaders(range, sizeBytes) };
    },
  });
}

function putLog({ uploads }: Routes): Operation {
  return operation({
    ...OF_AGENTS,
    id: 'putBackupRunLog',
    method: 'PUT',
    path: '/agents/{agentId}/backup-runs/{runId}/log',
    summary: 'Send the log of an execution',
    description:
      "Of any size; kept byte for byte. The run must be there: post its result first, with status `running` if it hasn't ended. " +
      'Without offset the body is the whole log, and takes the place of one that is there when all of it has arrived. With ' +
      '`offset`, or Content-Range, it goes on where the log ends; 409 `offset_mismatch` says in details.size where that is. ' +
      `What arrived of an upload that broke off stays, and the next one goes on from there. ${TENANTS}`,
    access: AGENT_WRITERS,
    params: BackupRunParams,
    query: PutLogQuery,
    rawBody: { contentTypes: ['text/plain', 'application/octet-stream'], idleTimeoutMs: UPLOAD_IDLE_TIMEOUT_MS },
    headers: {
      'Content-Range': { description: 'Instead of offset and complete.', example: 'bytes 0-1048575/4194304' },
    },
    responses: { 200: { description: 'All of the body is stored.', schema: PutLogReply } },
    errors: ['agent_not_found', 'run_not_found', 'conflict', 'offset_mismatch'],
    handle: async ({ caller, params, query, headers, stream }) => {
      const wish = uploadWish(query, headers['content-range']);
      const stored = await uploads.receive(caller, params.agentId, params.runId, wish, stream);
      return { status: 200, body: { status: 'ok', size: stored.sizeBytes, complete: stored.isComplete } };
    },
  });
}

function uploadWish(
  { offset, complete }: { offset?: number | undefined; complete?: 'true' | 'false' | undefined },
  header: string | string[] | undefined,
): UploadWish {
  const range = contentRange(header);
  if (range && offset !== undefined && offset !== range.start) {
    const details = { field: 'offset', code: 'contradiction' };
    throw new AppError('invalid_request', 'offset: is another one than Content-Range has', details);
  }
  const endsHere = range ? range.totalBytes === range.start + range.lengthBytes : true;
  return {
    offset: range?.start ?? offset ?? null,
    lengthBytes: range?.lengthBytes ?? null,
    isComplete: complete === undefined ? endsHere : complete === 'true',
  };
}
