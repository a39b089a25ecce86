import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished, describe, expect, it } from 'vitest';
import { EventStream, type EventStreamOptions } from '../../../main/api/events/event-stream.ts';
import { EventBus } from '../../../main/app/events/event-bus.ts';

const AT = new Date('2026-01-15T12:00:00Z');

function open(bus: EventBus, options: Partial<EventStreamOptions> = {}): EventStream {
  const stream = new EventStream(bus, { lastEventId: undefined, wants: () => true, ...options });
  onTestFinished(() => void stream.destroy());
  return stream;
}

async function readUntil(stream: EventStream, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  return text;
}

describe('EventStream', () => {
  it('opens at once, with an id to come back with although nothing has happened', async () => {
    const bus = new EventBus();
    bus.publish('run.started', AT, {});
    expect(await readUntil(open(bus), /\n\n/)).toBe('id: 1\nretry: 3000\n\n');
  });

  it('sends events as they come, one line of data each', async () => {
    const bus = new EventBus();
    const stream = open(bus);
    await readUntil(stream, /retry/);
    bus.publish('run.progress', AT, { message: 'two\nlines', run_id: 'r' });
    expect(await readUntil(stream, /data/)).toBe(
      'id: 1\nevent: run.progress\ndata: {"type":"run.progress","at":"2026-01-15T12:00:00.000Z",' +
        '"data":{"message":"two\\nlines","run_id":"r"}}\n\n',
    );
  });

  it('sends again what was missed, however much it is, before what is new, and nothing twice', async () => {
    const bus = new EventBus();
    const padding = 'x'.repeat(2_000);
    for (let n = 1; n <= 1_500; n++) bus.publish('run.progress', AT, { n, padding });
    const stream = open(bus, { lastEventId: 100 });
    bus.publish('run.progress', AT, { n: 1_501 });
    const text = await readUntil(stream, /"n":1501/);
    const ids = [...text.matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(Array.from({ length: 1_401 }, (_value, index) => 101 + index));
  });

  it('says reset when what was missed is no longer known', async () => {
    const bus = new EventBus({ kept: 2 });
    for (let n = 0; n < 5; n++) bus.publish('run.progress', AT, { n });
    const text = await readUntil(open(bus, { lastEventId: 1 }), /reset/);
    expect(text).toContain('id: 5\nevent: reset\ndata: {}\n\n');
    expect(text).not.toContain('run.progress');
  });

  it('leaves out what is not wanted', async () => {
    const bus = new EventBus();
    bus.publish('run.progress', AT, { n: 1 });
    bus.publish('task.deleted', AT, { n: 2 });
    const stream = open(bus, { lastEventId: 0, wants: ({ type }) => type !== 'run.progress' });
    expect(await readUntil(stream, /retry/)).not.toContain('run.progress');
  });

  it('cuts off a client that does not read, and no sooner than after a mebibyte', async () => {
    const bus = new EventBus();
    const stream = open(bus);
    // It is set up in the next tick.
    await wait(1);
    const publish = (count: number) => {
      for (let n = 0; n < count; n++) bus.publish('run.progress', AT, { padding: 'x'.repeat(10_000) });
    };
    publish(100);
    expect(stream.destroyed).toBe(false);
    publish(10);
    expect(stream.destroyed).toBe(true);
  });

  it('writes a comment now and then, so that a dead line is noticed', async () => {
    expect(await readUntil(open(new EventBus(), { heartbeatMs: 5 }), /still here/)).toMatch(/\n\n: still here\n\n$/);
  });

  it('ends after a while, so that the token is looked at again, and when the server stops', async () => {
    const bus = new EventBus();
    const old = open(bus, { maxLifeMs: 5 });
    expect(await readUntil(old, /never/)).toContain('retry');
    const stopped = open(bus);
    await wait(1);
    bus.publish('run.progress', AT, {});
    stopped.end();
    bus.publish('task.deleted', AT, {});
    const text = await readUntil(stopped, /never/);
    expect(text).toContain('run.progress');
    expect(text).not.toContain('task.deleted');
  });
});
