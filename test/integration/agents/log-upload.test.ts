import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, enrol, open, post, startService, type AnyBody, type Sent } from '../../support/agent-service.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';

async function started(more: AnyBody = {}) {
  const service = await startService();
  const agent = await enrol(service);
  const runId = await post(service, agent, more);
  const url = `/agents/${agent.id}/backup-runs/${runId}`;
  const put = (query: string, body: unknown, headers: Sent['headers'] = {}) =>
    service.ask('PUT', `${url}/log${query}`, { as: agent.key, body, headers });
  const stored = async () => (await service.ask('GET', `${url}/log`, { as: agent.key })).bytes;
  const run = async () => (await service.ask('GET', url, { as: agent.key })).body;
  return { service, agent, runId, url, put, stored, run };
}

test('a log is kept byte for byte, also where it is no text', async () => {
  const { put, stored, run } = await started();
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x80]), randomBytes(300_000)]);
  const answer = await put('', bytes);
  expect([answer.status, answer.body]).toEqual([200, { status: 'ok', size: bytes.length, complete: true }]);
  expect((await stored()).equals(bytes)).toBe(true);
  expect(await run()).toMatchObject({ log_size: bytes.length, log_complete: true });
});

test('a log comes in parts, each where the one before it ended', async () => {
  const { put, stored, run } = await started();
  expect((await put('?offset=0&complete=false', 'one ')).body).toEqual({ status: 'ok', size: 4, complete: false });
  expect(await run()).toMatchObject({ log_size: 4, log_complete: false });
  for (const offset of [0, 3, 5, 99]) {
    const { status, body } = await put(`?offset=${offset}`, 'x');
    expect([offset, status, body['error']]).toEqual([offset, 409, 'offset_mismatch']);
    expect(body['details']).toEqual({ field: 'offset', code: 'offset_mismatch', size: 4 });
  }
  expect((await put('?offset=4', 'two')).body).toEqual({ status: 'ok', size: 7, complete: true });
  expect((await stored()).toString()).toBe('one two');
});

test('Content-Range says where a part belongs and whether it is the last', async () => {
  const { put, stored } = await started();
  const part = async (range: string, body: string) => put('', body, { 'content-range': range });
  expect((await part('bytes 0-3/7', 'one ')).body).toMatchObject({ size: 4, complete: false });
  expect((await part('bytes 4-5/*', 'tw')).body).toMatchObject({ size: 6, complete: false });
  expect((await part('bytes 4-6/7', 'two')).body).toMatchObject({ error: 'offset_mismatch', details: { size: 6 } });
  expect((await part('bytes 6-6/7', 'o')).body).toMatchObject({ size: 7, complete: true });
  expect((await stored()).toString()).toBe('one two');
  for (const range of ['bytes 5-4/9', 'bytes 0-9/5', 'lines 0-1/2', 'bytes 0-/5']) {
    const { status, body } = await part(range, 'x');
    expect([range, status, body['details']]).toMatchObject([range, 400, { field: 'content-range' }]);
  }
  expect((await part('bytes 7-9/*', 'too many bytes')).body).toMatchObject({ details: { code: 'wrong_length' } });
  expect((await stored()).toString()).toBe('one twotoo');
});

test('a whole log takes the place of the one that is there when all of it has arrived', async () => {
  const { service, agent, url, put, stored, run } = await started({ log: 'the log of the result' });
  const broken = request({ host: '127.0.0.1', port: service.port, method: 'PUT', path: `${url}/log` });
  broken.setHeader('authorization', `Bearer ${agent.key}`).setHeader('content-type', 'text/plain');
  broken.setHeader('content-length', '1000').on('error', () => undefined);
  broken.write('half of a new one');
  await new Promise((resolve) => setTimeout(resolve, 100));
  broken.destroy();
  await new Promise((resolve) => broken.once('close', resolve));
  await expect.poll(() => openDescriptors(`${service.folder}/logs`)).toEqual([]);
  expect((await stored()).toString()).toBe('the log of the result');
  await put('', 'a new one');
  expect(await run()).toMatchObject({ log: 'a new one', log_size: 9, log_complete: true });
});

test('what arrived of an upload that broke off stays, and the next one goes on from there', async () => {
  const { service, agent, url, put, stored } = await started();
  const whole = randomBytes(3_000_000);
  const broken = request({ host: '127.0.0.1', port: service.port, method: 'PUT', path: `${url}/log` });
  broken.setHeader('authorization', `Bearer ${agent.key}`).setHeader('content-type', 'text/plain');
  broken.setHeader('content-length', String(whole.length)).on('error', () => undefined);
  broken.write(whole.subarray(0, 2_000_000));
  await expect.poll(async () => (await stored()).length).toBe(2_000_000);
  // As long as it may go on, nobody else can.
  const busy = await put('?offset=2000000', 'x');
  expect([busy.status, busy.body['details'], busy.headers['retry-after']]).toEqual([409, { code: 'log_busy' }, '5']);
  broken.destroy();
  await expect.poll(() => openDescriptors(`${service.folder}/logs`)).toEqual([]);
  const { body } = await put('?offset=0', 'x');
  const { size } = body['details'] as { size: number };
  expect(size).toBe(2_000_000);
  expect((await put(`?offset=${size}`, whole.subarray(size))).body).toMatchObject({
    size: whole.length,
    complete: true,
  });
  expect((await stored()).equals(whole)).toBe(true);
});

test('a result with a log that comes during an upload wins, and the upload is told', async () => {
  const { service, agent, runId, url, run } = await started();
  const upload = request({ host: '127.0.0.1', port: service.port, method: 'PUT', path: `${url}/log` });
  upload.setHeader('authorization', `Bearer ${agent.key}`).setHeader('content-type', 'text/plain');
  upload.write('streamed');
  await expect.poll(async () => (await run())['log']).toBe('streamed');
  await post(service, agent, { taskId: runId, log: 'with the result' });
  const answered = once(upload, 'response');
  upload.end();
  const [response] = (await answered) as [{ statusCode: number }];
  expect(response.statusCode).toBe(409);
  expect(await run()).toMatchObject({ log: 'with the result', log_complete: true });
});

test('a log needs a run, text, and a size that can be', async () => {
  const { service, agent, url, put } = await started();
  const missing = url.replace(/[0-9a-f]{12}$/, '000000000000');
  const nowhere = await service.ask('PUT', `${missing}/log`, { as: agent.key, body: 'x' });
  expect([nowhere.status, nowhere.body['error']]).toEqual([404, 'run_not_found']);
  expect((await put('', {})).status).toBe(415);
  expect((await put('?offset=-1', 'x')).status).toBe(400);
  expect((await put('?offset=5', 'x')).body).toMatchObject({ error: 'offset_mismatch', details: { size: 0 } });
  expect((await put('?offset=1', 'x', { 'content-range': 'bytes 0-0/1' })).status).toBe(400);
});

test('fields are read when a streamed log is complete, also in UTF-16', async () => {
  const { put, run } = await started();
  const log = 'processed 5 files, 512 B in 0:09\r\n';
  await put('?complete=false', log);
  expect((await run())['fields']).toBeNull();
  await put(`?offset=${log.length}`, 'snapshot 590c8fc8 saved\r\n');
  expect((await run())['fields']).toMatchObject({ tool: 'restic', duration_seconds: 9, snapshot_id: '590c8fc8' });
  const table = ' Total Copied Skipped Mismatch FAILED Extras\r\n Dirs : 1 1 0 0 0 0\r\n Files : 2 2 0 0 0 0\r\n';
  await put('', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(table, 'utf16le')]));
  expect((await run())['fields']).toMatchObject({ tool: 'robocopy', exit_code: 1 });
});

test('64 MiB and more go through, and the run shows the first 64 MiB', async () => {
  const { service, agent, url, run, put } = await started();
  const piece = Buffer.alloc(1024 * 1024, 'a line of a long log\n');
  const count = 65;
  const sent = createHash('sha256');
  const body = Readable.from(
    (function* () {
      for (let index = 0; index < count; index++) {
        sent.update(piece);
        yield piece;
      }
    })(),
  );
  const answer = await ask(service.port, 'PUT', `${url}/log`, { as: agent.key, body });
  expect(answer.body).toEqual({ status: 'ok', size: count * piece.length, complete: true });
  const response = await open(service.port, 'GET', `${url}/log`, { as: agent.key });
  const received = createHash('sha256');
  for await (const chunk of response) received.update(chunk as Buffer);
  expect(received.digest('hex')).toBe(sent.digest('hex'));
  const shown = await run();
  expect(shown).toMatchObject({ log_size: count * piece.length, log_truncated: true, log_url: `${url}/log` });
  expect((shown['log'] as string).length).toBe(64 * piece.length);
  expect((await put(`?offset=${count * piece.length}`, 'more')).status).toBe(200);
});
