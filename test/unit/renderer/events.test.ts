import { expect, test } from 'vitest';
import { EventParser } from '../../../renderer/app/live/event-parser.ts';

const data = (value: unknown) => JSON.stringify({ type: 'x', at: '2026-01-01T00:00:00.000Z', data: value });

test('events are read however the bytes are cut', () => {
  const text = `id: 1\nretry: 3000\n\nid: 2\nevent: run.started\ndata: ${data({ id: 'a' })}\n\n: still here\n\nid: 3\nevent: reset\ndata: {}\n\n`;
  for (let size = 1; size < text.length; size++) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
    expect(events).toEqual([
      { type: 'run.started', data: { id: 'a' } },
      { type: 'reset', data: {} },
    ]);
    expect(parser.lastId).toBe('3');
  }
});

test('half a block of a broken line is forgotten, and what came last is remembered', () => {
  const parser = new EventParser();
  parser.push(`id: 5\nevent: a\ndata: ${data({})}\n\nid: 6\nevent: b\nda`);
  parser.reset();
  expect(parser.push(`id: 7\nevent: c\ndata: ${data({})}\n\n`)).toEqual([{ type: 'c', data: {} }]);
  expect(parser.lastId).toBe('7');
});

test('a block without data is no event, but its id counts', () => {
  const parser = new EventParser();
  expect(parser.push('id: 9\nretry: 3000\n\n')).toEqual([]);
  expect(parser.lastId).toBe('9');
});
