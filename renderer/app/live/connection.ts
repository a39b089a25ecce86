import { ApiError } from '../../api/api-error.ts';
import { send } from '../../api/client.ts';
import { EventParser, type ServerEvent } from './event-parser.ts';

/**
 * `connecting`: for the first time. `live`: what is shown is so. `lost`: the service does not answer, and what is shown may be
 * old. `catching-up`: it answers again, and what is shown is being read anew. `none`: this role gets no events.
 */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'catching-up' | 'none';

export interface ConnectionParts {
  readonly onState: (state: ConnectionState) => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** Reads everything anew that is shown. */
  readonly catchUp: () => Promise<void>;
}

/** The server says something every 15 s, if only that it is still there: three of those missed are a dead line. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Listens to the service's events until it is told to stop. Not an EventSource: that one hides heartbeats, so a line that died
 * while the computer slept would look alive for minutes.
 */
export async function listen({ onState, onEvent, catchUp }: ConnectionParts, signal: AbortSignal): Promise<void> {
  const parser = new EventParser();
  let waitMs = FIRST_WAIT_MS;
  let isFirst = true;
  while (!signal.aborted) {
    let hasEnded = false;
    try {
      const stream = await open(parser.lastId, signal);
      waitMs = FIRST_WAIT_MS;
      if (!isFirst) {
        onState('catching-up');
        // A race with what the stream brings is harmless: both only make the page newer.
        void catchUp().then(() => !signal.aborted && onState('live'));
      } else onState('live');
      isFirst = false;
      await read(stream, parser, onEvent, signal);
      hasEnded = true;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return onState('none');
    }
    if (signal.aborted) return;
    parser.reset();
    // The server ends each stream after half an hour. That is no loss: only a new one that does not come is.
    if (hasEnded) continue;
    onState('lost');
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function open(lastId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers = { accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) };
  const { body } = await send('/api/events', { headers, signal, cache: 'no-store' });
  if (!body) throw new Error('The stream of events has no body.');
  return body;
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  parser: EventParser,
  onEvent: (event: ServerEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let isDead = false;
  const stop = () => void reader.cancel().catch(() => undefined);
  const giveUp = () => {
    isDead = true;
    stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const timer = setTimeout(giveUp, SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (isDead) throw new Error('The line is dead.');
      if (done) return;
      for (const event of parser.push(value)) onEvent(event);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      // Back from sleep, or the network is there again: no need to wait any longer.
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
