import { describe, expect, it } from 'vitest';
import { EventBus } from '../../../main/app/events/event-bus.ts';

const AT = new Date('2026-01-15T12:00:00Z');

function busWith(count: number, kept?: number): EventBus {
  const bus = new EventBus(kept === undefined ? {} : { kept });
  for (let n = 1; n <= count; n++) bus.publish('run.progress', AT, { n });
  return bus;
}

const numbers = (bus: EventBus, id: number) => bus.since(id)?.map(({ data }) => data['n']) ?? null;

describe('EventBus', () => {
  it('gives what came after an id, in order', () => {
    expect(numbers(busWith(4), 2)).toEqual([3, 4]);
    expect(numbers(busWith(4), 4)).toEqual([]);
    expect(numbers(busWith(0), 0)).toEqual([]);
  });

  it('says that it no longer knows, rather than leave something out', () => {
    const bus = busWith(10, 3);
    expect(numbers(bus, 7)).toEqual([8, 9, 10]);
    expect(numbers(bus, 6)).toBeNull();
    expect(numbers(bus, 11)).toBeNull();
  });

  it('has ids of its own in each process, so that those of an earlier one are not taken for its own', () => {
    const earlier = new EventBus({ startedAt: AT });
    for (let n = 0; n < 50; n++) earlier.publish('run.progress', AT, {});
    const later = new EventBus({ startedAt: new Date(AT.getTime() + 1000) });
    for (let n = 0; n < 100; n++) later.publish('run.progress', AT, {});
    expect(later.since(earlier.lastId)).toBeNull();
    expect(String(later.lastId)).toHaveLength(15);
  });

  it('tells listeners until they go', () => {
    const bus = new EventBus();
    const heard: string[] = [];
    const leave = bus.subscribe(({ type }) => void heard.push(type));
    bus.publish('task.registered', AT, {});
    leave();
    bus.publish('task.deleted', AT, {});
    expect(heard).toEqual(['task.registered']);
  });
});
