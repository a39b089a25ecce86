import { createHmac } from 'node:crypto';
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AlertView } from '../../../contracts/alerts.ts';
import { startService, type TestService } from '../../support/agent-service.ts';
import { startMailSink } from '../../support/mail-sink.ts';
import { startRecordingServer, type RecordedRequest } from '../../support/recording-server.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };

async function startWebhookSink() {
  const server = await startRecordingServer();
  onTestFinished(() => server.close());
  return { ...server, received: server.requests };
}

function jsonOf({ body }: RecordedRequest): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

async function admin<Body = Record<string, unknown>>(
  service: TestService,
  method: string,
  path: string,
  body?: unknown,
) {
  return service.ask<Body>(method, path, { as: service.adminToken, ...(body === undefined ? {} : { body }) });
}

async function runOnce(service: TestService, taskId: string): Promise<void> {
  const started = await admin(service, 'POST', `/api/tasks/${taskId}/execute`);
  expect(started.status).toBe(202);
  const id = String(started.body['id']);
  await vi.waitFor(async () => {
    const run = await admin(service, 'GET', `/api/runs/${id}`);
    expect(run.body['finished_at']).not.toBeNull();
  }, PATIENCE);
}

async function alerts(service: TestService, status: string): Promise<AlertView[]> {
  return (await admin<{ alerts: AlertView[] }>(service, 'GET', `/api/v1/alerts?status=${status}`)).body.alerts;
}

describe('a task that fails and is mended', () => {
  it('is told once by mail and once by webhook, and so is its end', async () => {
    const mail = await startMailSink();
    const hook = await startWebhookSink();
    const service = await startService();
    const smtp = {
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      from: 'guardit@example.com',
      to: ['a@example.com'],
    };
    const channels = [
      { name: 'mail', kind: 'smtp', config: smtp },
      { name: 'hook', kind: 'webhook', config: { url: hook.url, secret: { $secret: 'hook-key' } } },
      { name: 'quiet', kind: 'webhook', config: { url: hook.url }, min_severity: 'critical', kinds: ['anomaly'] },
    ];
    expect((await admin(service, 'PUT', '/api/secrets/hook-key', { value: 'sesame' })).status).toBe(201);
    for (const channel of channels)
      expect((await admin(service, 'POST', '/api/v1/channels', channel)).status).toBe(201);
    const flag = join(service.folder, 'broken');
    writeFileSync(flag, '');
    const config = { command: `test ! -e ${flag}`, shell: true };
    const task = { name: 'Nightly', taskId: 'nightly', type: 'script', config, maxRetries: 0 };
    expect((await admin(service, 'POST', '/api/tasks', task)).status).toBe(201);

    await runOnce(service, 'nightly');
    await vi.waitFor(() => expect([mail.mails.length, hook.received.length]).toEqual([1, 1]), PATIENCE);
    await runOnce(service, 'nightly');
    const [open] = await alerts(service, 'open');
    expect(open).toMatchObject({ kind: 'failed', severity: 'critical', object: 'task:nightly', resolved_at: null });

    rmSync(flag);
    await runOnce(service, 'nightly');
    await vi.waitFor(() => expect([mail.mails.length, hook.received.length]).toEqual([2, 2]), PATIENCE);
    expect(mail.mails.map(({ subject }) => subject.slice(0, 20))).toEqual([
      '[GuardIT] CRITICAL: ',
      '[GuardIT] RESOLVED: ',
    ]);
    expect(hook.received.map((request) => jsonOf(request)['event'])).toEqual(['alert.opened', 'alert.resolved']);
    const [first] = hook.received;
    const expected = createHmac('sha256', 'sesame')
      .update(first?.body ?? '')
      .digest('hex');
    expect(first?.headers['x-guardit-signature']).toBe(`sha256=${expected}`);
    expect(await alerts(service, 'open')).toEqual([]);
    expect(await alerts(service, 'all')).toHaveLength(1);
  });
});

describe('a channel that fails', () => {
  it('is itself an alert, which the others tell; what waited is sent when it is mended', async () => {
    const good = await startWebhookSink();
    const bad = await startWebhookSink();
    bad.answers.push(...Array.from({ length: 100 }, () => ({ status: 503 })));
    const service = await startService();
    const made = await admin(service, 'POST', '/api/v1/channels', {
      name: 'bad',
      kind: 'webhook',
      config: { url: bad.url },
    });
    await admin(service, 'POST', '/api/v1/channels', { name: 'good', kind: 'webhook', config: { url: good.url } });
    await admin(service, 'POST', '/api/tasks', {
      ...{ name: 'F', taskId: 'f', type: 'script', maxRetries: 0, config: { command: 'false' } },
    });
    await runOnce(service, 'f');
    await vi.waitFor(async () => {
      const open = await alerts(service, 'open');
      expect(open.map(({ kind }) => kind).sort()).toEqual(['channel_failing', 'failed']);
    }, PATIENCE);
    await vi.waitFor(() => expect(good.received).toHaveLength(2), PATIENCE);
    const id = String(made.body['channel_id']);
    const test = await admin(service, 'POST', `/api/v1/channels/${id}/test`);
    expect(test.body).toMatchObject({ sent: false, problem: expect.stringContaining('answered 503') as unknown });
    const sentBefore = good.received.length;
    // Its address is changed: what waited goes out at once.
    await admin(service, 'PATCH', `/api/v1/channels/${id}`, { config: { url: good.url } });
    await vi.waitFor(() => expect(good.received.length).toBeGreaterThan(sentBefore), PATIENCE);
    await vi.waitFor(async () => {
      expect((await alerts(service, 'open')).map(({ kind }) => kind)).toEqual(['failed']);
    }, PATIENCE);
  });
});

describe('the API of channels', () => {
  it('shows no secret, and takes back what it has shown', async () => {
    const service = await startService();
    const config = { url: 'https://hooks.slack.example/T00/B00/XXXX' };
    const made = await admin(service, 'POST', '/api/v1/channels', { name: 'chat', kind: 'slack', config });
    expect(made.body).toMatchObject({ config: { url: '********' } });
    const id = String(made.body['channel_id']);
    const shown = { name: 'chat 2', config: made.body['config'] };
    const changed = await admin(service, 'PATCH', `/api/v1/channels/${id}`, shown);
    expect(changed.body).toMatchObject({ name: 'chat 2', config: { url: '********' } });
    expect(JSON.stringify((await admin(service, 'GET', '/api/audit')).body)).not.toContain('XXXX');
  });

  it.each([
    [{ name: 'x', kind: 'smtp', config: { host: 'h', from: 'a@b', to: [] } }, 'config.to'],
    [{ name: 'x', kind: 'smtp', config: { host: 'h', from: 'a@b\r\nBcc: c@d', to: ['c@d'] } }, 'config.from'],
    [{ name: 'x', kind: 'webhook', config: { url: 'file:///etc/passwd' } }, 'config.url'],
    [{ name: 'x', kind: 'ntfy', config: { topic: 'a/b' } }, 'config.topic'],
    [{ name: 'x', kind: 'slack', config: { url: 'https://x.example', more: 1 } }, 'config.more'],
  ])('refuses %j', async (body, field) => {
    const service = await startService();
    const answer = await admin(service, 'POST', '/api/v1/channels', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ details: { field } });
  });
});
