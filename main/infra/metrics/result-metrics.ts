import { API_ERRORS } from '../../../contracts/errors.ts';
import type { ResultMetrics } from '../../app/agents/ports.ts';
import type { Metrics } from './metrics.ts';

// What agents send as labels is whatever they like; Prometheus keeps a series for each value for ever.
const STATUSES = new Set([
  'success',
  'failed',
  'warning',
  'partial',
  'running',
  'pending',
  'completed',
  'cancelled',
  'error',
]);
const TYPES = new Set(['backup', 'check', 'prune', 'copy', 'restore', 'verify', 'forget']);
const OTHER = 'other';
const KIB = 1024;
const LOG_BUCKETS_BYTES = [1, 16, 256, 1024, 16 * 1024, 64 * 1024, 1024 * 1024].map((size) => size * KIB);

/** Seed 3's metrics, story 13.5. */
export function createResultMetrics(metrics: Metrics): ResultMetrics {
  const ingested = metrics.counter('task_results_ingested_total', 'Results of agents that were stored', ['status']);
  const errors = metrics.counter('task_results_errors_total', 'Results of agents that were refused', ['error_type']);
  const logs = metrics.histogram('task_result_log_bytes', 'Sizes of the logs of results', ['type'], LOG_BUCKETS_BYTES);
  return {
    ingested: (status) => ingested.inc({ status: among(STATUSES, status) }),
    refused: (errorType) => errors.inc({ error_type: errorType in API_ERRORS ? errorType : OTHER }),
    logStored: (taskType, sizeBytes) => logs.observe({ type: among(TYPES, taskType) }, sizeBytes),
  };
}

function among(known: ReadonlySet<string>, text: string): string {
  const name = text.toLowerCase();
  return known.has(name) ? name : OTHER;
}
