import { EventsQuery, Health } from '../../../contracts/system.ts';
import { AppError } from '../../app/errors/app-error.ts';
import type { EventBus } from '../../app/events/event-bus.ts';
import type { HealthReport } from '../../app/health/health.ts';
import { maySee, typeFilter } from '../events/event-filter.ts';
import { EventStream } from '../events/event-stream.ts';
import { operation, type Operation } from '../operation.ts';

export interface SystemRoutes {
  readonly health: HealthReport;
  readonly events: EventBus;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Open streams, so that a stop can end them. */
  readonly streams: Set<EventStream>;
}

const SHARED = { tag: 'system', family: 'manager' } as const;
/** A page, a tray and a few scripts; more is a client that forgets to close. */
const MAX_STREAMS_OF_CALLER = 20;
const MAX_STREAMS = 500;

/** How the service is, and what happens in it. */
export function systemOperations(parts: SystemRoutes): Operation[] {
  return [health(parts), metrics(parts), events(parts)];
}

function health({ health: report }: SystemRoutes): Operation {
  return operation({
    ...SHARED,
    id: 'getHealth',
    method: 'GET',
    path: '/health',
    summary: 'How the service is',
    access: { public: true },
    responses: {
      200: { description: 'It works: `ok`, or `degraded` when somebody should look.', schema: Health },
      503: { description: 'It does not: `failing`.', schema: Health },
    },
    handle: async () => {
      const body = await report.now();
      return { status: body.status === 'failing' ? 503 : 200, body };
    },
  });
}

function metrics({ metrics: source }: SystemRoutes): Operation {
  return operation({
    ...SHARED,
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    access: { roles: ['admin', 'operator', 'viewer'], loopback: true },
    responses: { 200: { description: 'Prometheus text format.', contentType: 'text/plain' } },
    handle: async () => ({ status: 200, stream: await source.text(), contentType: source.contentType }),
  });
}

function events({ events: bus, streams }: SystemRoutes): Operation {
  const openOf = new Map<string, number>();
  return operation({
    ...SHARED,
    id: 'streamEvents',
    method: 'GET',
    path: '/api/events',
    summary: 'What happens, as it happens',
    description:
      'Server-sent events. `Last-Event-ID` (or `last_event_id`) sends again what came after; an event `reset` says that this is no ' +
      'longer known, so look at everything again. `data` is `{"type", "at", "data"}`.',
    access: { roles: ['admin', 'operator', 'viewer'] },
    query: EventsQuery,
    headers: {
      'Last-Event-ID': { description: 'The `id` of the last event that was received.', example: '17' },
    },
    responses: { 200: { description: 'A stream without end.', contentType: 'text/event-stream' } },
    handle: async ({ caller, query, headers }) => {
      const owner = `${caller.kind}:${caller.id}`;
      const open = openOf.get(owner) ?? 0;
      if (open >= MAX_STREAMS_OF_CALLER || streams.size >= MAX_STREAMS) {
        throw new AppError('rate_limited', 'Too many event streams are open.', {}, { retryAfterSeconds: 30 });
      }
      const isWanted = typeFilter(query.types);
      const stream = new EventStream(bus, {
        lastEventId: query.last_event_id ?? lastEventId(headers['last-event-id']),
        wants: (event) => isWanted(event.type) && maySee(caller, event),
      });
      openOf.set(owner, open + 1);
      streams.add(stream);
      stream.once('close', () => {
        streams.delete(stream);
        const left = (openOf.get(owner) ?? 1) - 1;
        if (left > 0) openOf.set(owner, left);
        else openOf.delete(owner);
      });
      const noCache = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
      return { status: 200, stream, contentType: 'text/event-stream', headers: noCache };
    },
  });
}

/** A header that makes no sense is that of a client with nothing: it is told to look at everything. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : Number.MAX_SAFE_INTEGER;
}
