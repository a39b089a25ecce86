import { ApiError } from '../../../api/api-error.ts';
import { pathPart, send } from '../../../api/client.ts';

export interface LogRange {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Of the whole log, as of now. */
  readonly size: number;
}

export function logPath(runId: string): string {
  return `/api/runs/${pathPart(runId)}/log`;
}

/** Reads a part of a run's log: `bytes=0-99`, `bytes=-65536`. Null: there is nothing of it. */
export async function readLogRange(runId: string, range: string, signal: AbortSignal): Promise<LogRange | null> {
  try {
    const response = await send(logPath(runId), { headers: { range }, signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const [, start, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    return { start: Number(start ?? 0), bytes, size: Number(size ?? bytes.length) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 416) return null;
    throw error;
  }
}
