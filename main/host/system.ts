import type { ObservedRequest } from '../api/dispatcher.ts';
import type { EventStream } from '../api/events/event-stream.ts';
import type { Operation } from '../api/operation.ts';
import { systemOperations } from '../api/routes/system.ts';
import { diskSpaceCheck, eventLoopCheck } from '../app/health/health-checks.ts';
import { HealthReport } from '../app/health/health.ts';
import type { HealthCheck } from '../app/health/ports.ts';
import { DISK_SPACE } from '../infra/health/disk-space.ts';
import { watchEventLoop } from '../infra/health/event-loop-delay.ts';
import type { Foundation } from './foundation.ts';

export interface SystemArea {
  readonly operations: readonly Operation[];
  readonly observe: (request: ObservedRequest) => void;
  /** Ends the event streams: a server that closes would wait for them for ever. */
  stop(): void;
}

const DURATION_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** Health, figures and events. `more`: checks of other areas. */
export function buildSystem(foundation: Foundation, version: string, more: readonly HealthCheck[]): SystemArea {
  const { catalog, clock, events, folder, metrics } = foundation;
  const loop = watchEventLoop();
  const checks: HealthCheck[] = [
    { name: 'catalog', check: async () => toFinding(catalog.health()) },
    diskSpaceCheck(DISK_SPACE, folder.path),
    eventLoopCheck(() => loop.worstMs()),
    ...more,
  ];
  const streams = new Set<EventStream>();
  const health = new HealthReport(checks, clock, version);
  return {
    operations: systemOperations({ health, events, metrics, streams }),
    observe: requestMetrics(foundation),
    stop: () => {
      loop.stop();
      for (const stream of streams) stream.end();
    },
  };
}

function toFinding({ state, problems }: ReturnType<Foundation['catalog']['health']>) {
  return { status: state, problems };
}

function requestMetrics({ metrics, log }: Foundation): (request: ObservedRequest) => void {
  const requests = metrics.counter('http_requests_total', 'Requests by operation and status', ['operation', 'status']);
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Time until the answer was ready to be sent',
    ['operation'],
    DURATION_BUCKETS_S,
  );
  return ({ operation, method, status, durationMs, caller }) => {
    const name = operation?.id ?? 'none';
    requests.inc({ operation: name, status: String(status) });
    durations.observe({ operation: name }, durationMs / 1000);
    log.debug({ operation: name, method, status, durationMs, caller: caller?.name }, 'request');
  };
}
