import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ServiceClient } from '../../../main/host/attach/index.ts';
import { CoreFeed } from '../../../main/shell/core/core-feed.ts';
import { readServerEvents, type ServerEvent } from '../../../main/shell/core/server-events.ts';
import { coreView, runOf } from '../../support/core-views.ts';
import { until } from '../../support/running-shell.ts';

async function eventsIn(pieces: readonly string[]): Promise<ServerEvent[]> {
  async function* bytes() {
    for (const piece of pieces) yield Buffer.from(piece, 'latin1');
  }
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(bytes())) events.push(event);
  return events;
}

test('events are read however they are cut', async () => {
  const text =
    'id: 1\nretry: 3000\n\n: still here\n\nid: 2\nevent: run.started\ndata: {"a":\ndata: 1}\n\ndata:plain\r\n\r\n';
  const expected = [
    { type: 'run.started', data: '{"a":\n1}' },
    { type: 'message', data: 'plain' },
  ];
  expect(await eventsIn([text])).toEqual(expected);
  expect(await eventsIn([...text])).toEqual(expected);
  // An event that is cut off by the end is none.
  expect(await eventsIn(['event: a\ndata: 1\n'])).toEqual([]);
  expect(await eventsIn([Buffer.from('data: ü\n\n').toString('latin1')])).toEqual([{ type: 'message', data: 'ü' }]);
});

/** A core that says what the test wants, and counts how often it is asked. */
async function stubCore() {
  const run = runOf('a', { progress: 1 });
  const asked: string[] = [];
  let stream: ServerResponse | null = null;
  const answers: Record<string, unknown> = {
    '/health': coreView().health,
    '/api/tasks': [],
    '/api/status': [],
    '/api/scheduler': coreView().scheduler,
  };
  const server = createServer(({ url = '' }, response) => {
    const path = url.split('?')[0] ?? '';
    asked.push(path);
    if (path === '/api/events') {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      stream.write('retry: 1\n\n');
      return;
    }
    const runs = { runs: url.includes('status=pending') ? [] : [run], total: 1, limit: 1, offset: 0 };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[path] ?? runs));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const signal = new AbortController().signal;
  const client = new ServiceClient({ url: `http://127.0.0.1:${port}`, token: null, hint: '', signal });
  onTestFinished(() => client.close());
  return {
    ...{ client, run },
    looks: () => asked.filter((path) => path === '/health').length,
    streams: () => asked.filter((path) => path === '/api/events').length,
    say: (type: string, data: unknown) => void stream?.write(`event: ${type}\ndata: ${JSON.stringify({ data })}\n\n`),
    hangUp: () => void stream?.end(),
    die: () => server.closeAllConnections(),
  };
}

test('progress is shown without asking; anything else makes it look again, also when asked to; an end is no loss', async () => {
  const core = await stubCore();
  const percents: (number | null | undefined)[] = [];
  const lost: unknown[] = [];
  const feed = new CoreFeed({
    client: core.client,
    onView: ({ active }) => void percents.push(active[0]?.progress),
    onLost: (error) => void lost.push(error),
    ...{ restMs: 5, refreshMs: 3_600_000 },
  });
  feed.start();
  onTestFinished(() => feed.stop());
  await until(() => percents.length === 1);
  core.say('run.progress', { ...core.run, progress: 40 });
  await until(() => percents.length === 2);
  expect([percents, core.looks()]).toEqual([[1, 40], 1]);
  core.say('task.updated', {});
  await until(() => core.looks() === 2);
  feed.refresh();
  await until(() => core.looks() === 3);
  // The half hour of a stream is over: the next one begins with a look at everything.
  core.hangUp();
  await until(() => core.streams() === 2 && core.looks() === 4);
  expect(lost).toEqual([]);
  core.die();
  await until(() => lost.length === 1);
});
