import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemOperations } from '../../../main/api/routes/system.ts';
import type { EventStream } from '../../../main/api/events/event-stream.ts';
import { HealthReport } from '../../../main/app/health/health.ts';
import { startApi, testCaller, type TestApi } from '../../support/api-server.ts';

const AT = new Date('2026-01-15T12:00:00Z');

interface EventsApi extends TestApi {
  readonly streams: Set<EventStream>;
}

async function start(): Promise<EventsApi> {
  const streams = new Set<EventStream>();
  const api = await startApi(
    ({ clock, events }) =>
      systemOperations({
        events,
        streams,
        health: new HealthReport([], clock, 'test'),
        metrics: { contentType: 'text/plain', text: async () => '' },
      }),
    { callers: { tenant: testCaller('tenant', 'viewer', { tenantId: 'a' }) } },
  );
  return { ...api, streams };
}

interface Listener {
  readonly status: number;
  readonly contentType: string;
  /** Resolves with everything so far, once it matches. */
  until(pattern: RegExp): Promise<string>;
  close(): void;
}

async function listen(api: TestApi, { as = 'viewer', query = '', headers = {} } = {}): Promise<Listener> {
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const response = await fetch(`http://127.0.0.1:${api.port}/api/events${query}`, {
    headers: { ...(as === '' ? {} : { authorization: `Bearer ${as}` }), ...headers },
    signal: closing.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    async until(pattern) {
      while (!pattern.test(text)) {
        const part = await reader?.read();
        if (!part || part.done) throw new Error(`The stream ended with ${text}`);
        text += part.value;
      }
      return text;
    },
    close: () => closing.abort(),
  };
}

async function emptied(streams: Set<EventStream>): Promise<void> {
  while (streams.size > 0) await wait(5);
}

describe('GET /api/events', () => {
  it('streams what happens', async () => {
    const api = await start();
    const listener = await listen(api);
    expect(listener).toMatchObject({ status: 200, contentType: 'text/event-stream' });
    await listener.until(/retry/);
    api.events.publish('task.registered', AT, { task_id: 'prod-01-db' });
    expect(await listener.until(/prod-01-db/)).toContain('event: task.registered\n');
  });

  it.each([
    ['Last-Event-ID', { headers: { 'last-event-id': '1' } }],
    ['last_event_id', { query: '?last_event_id=1' }],
  ])('continues after %s', async (_name, options) => {
    const api = await start();
    for (let n = 1; n <= 3; n++) api.events.publish('run.progress', AT, { n });
    const text = await (await listen(api, options)).until(/"n":3/);
    expect(text).toContain('"n":2');
    expect(text).not.toContain('"n":1}');
  });

  it.each(['99', 'abc', '-1', '1e3', '9'.repeat(40)])('says reset for the id %s, which it never gave', async (id) => {
    const api = await start();
    expect(await (await listen(api, { headers: { 'last-event-id': id } })).until(/reset/)).toContain('data: {}');
  });

  it('sends the types that were asked for', async () => {
    const api = await start();
    const listener = await listen(api, { query: '?types=run.*,task.deleted' });
    await listener.until(/retry/);
    for (const type of ['task.registered', 'run.started', 'runaway', 'task.deleted']) api.events.publish(type, AT, {});
    const text = await listener.until(/task\.deleted/);
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual(['run.started', 'task.deleted']);
  });

  it('keeps the events of a tenant from the others', async () => {
    const api = await start();
    const [inside, outside] = await Promise.all([listen(api, { as: 'tenant' }), listen(api)]);
    await Promise.all([inside.until(/retry/), outside.until(/retry/)]);
    api.events.publish('run.recorded', AT, { of: 'b' }, { tenantId: 'b' });
    api.events.publish('run.recorded', AT, { of: 'a' }, { tenantId: 'a' });
    expect(await inside.until(/"of":"a"/)).not.toContain('"of":"b"');
    expect(await outside.until(/"of":"a"/)).toContain('"of":"b"');
  });

  it('is for those who may see every task', async () => {
    const api = await start();
    const statusOf = async (as: string) => (await listen(api, { as })).status;
    expect(await Promise.all(['admin', 'operator', 'viewer'].map(statusOf))).toEqual([200, 200, 200]);
    expect(await Promise.all(['reporter', 'agent', 'run'].map(statusOf))).toEqual([403, 403, 403]);
    expect(await statusOf('')).toBe(401);
  });

  it('has room for a page and a few scripts of one caller, and forgets those that have gone', async () => {
    const api = await start();
    const many = await Promise.all(Array.from({ length: 20 }, () => listen(api)));
    expect(many.map(({ status }) => status)).toEqual(many.map(() => 200));
    const refused = await api.request('GET', '/api/events', { as: 'viewer' });
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('30');
    expect((await listen(api, { as: 'admin' })).status).toBe(200);
    for (const listener of many) listener.close();
    while (api.streams.size > 1) await wait(5);
    expect((await listen(api)).status).toBe(200);
  });

  it('answers HEAD without leaving a stream open', async () => {
    const api = await start();
    const answer = await api.request('HEAD', '/api/events', { as: 'viewer' });
    expect(answer.status).toBe(200);
    await emptied(api.streams);
  });

  it('cuts off who does not read, and serves the others', async () => {
    const api = await start();
    const reader = await listen(api, { as: 'admin' });
    await reader.until(/retry/);
    const sleeper = connect(api.port, '127.0.0.1');
    onTestFinished(() => void sleeper.destroy());
    sleeper.on('error', () => undefined);
    sleeper.write('GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer viewer\r\n\r\n');
    await new Promise((resolve) => sleeper.once('readable', resolve));
    sleeper.pause();
    let sent = 0;
    // Far more than the kernel's buffers of both ends take.
    while (api.streams.size > 1 && sent < 10_000) {
      api.events.publish('run.progress', AT, { n: ++sent, padding: 'x'.repeat(8_000) });
      await reader.until(new RegExp(`"n":${sent},`));
    }
    expect(api.streams.size).toBe(1);
  });
});
