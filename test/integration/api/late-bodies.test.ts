import { connect } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startTaskApi } from '../../support/task-api.ts';

afterEach(() => void vi.useRealTimers());

/** Sends the head and the beginning of a body, and gives what came back so far once the server's timers have run. */
async function begin(port: number, advanceMs: readonly number[]): Promise<{ text: string; closed: boolean }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const seen = { text: '', closed: false };
  socket.on('data', (part) => void (seen.text += part.toString('latin1')));
  socket.on('close', () => void (seen.closed = true));
  socket.write(
    'POST /api/tasks/register HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"t',
  );
  const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  // The server has got it when it has set its timer.
  while (vi.getTimerCount() === 0) await settle();
  for (const ms of advanceMs) {
    vi.advanceTimersByTime(ms);
    for (let n = 0; n < 20; n++) await settle();
  }
  return seen;
}

describe('a body that does not arrive', () => {
  it('is answered with 408 that the client gets to see', async () => {
    const api = await startTaskApi();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const late = await begin(api.port, [29_000, 2_000]);
    expect(late.text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
    expect(late.closed).toBe(false);
  });

  it('costs a connection after the answer, when it still does not come', async () => {
    const api = await startTaskApi();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const seen = await begin(api.port, [31_000, 11_000]);
    expect(seen.text).toMatch(/^HTTP\/1\.1 408 /);
    expect(seen.closed).toBe(true);
  });
});
