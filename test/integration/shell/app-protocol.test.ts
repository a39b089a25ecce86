import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { runService, type RunningService } from '../../support/running-service.ts';
import { startShell, until, type RunningShell } from '../../support/running-shell.ts';

let service: RunningService | null = null;
afterEach(async () => {
  await service?.stop();
  service = null;
});

async function attachedShell(): Promise<RunningShell> {
  service = await runService();
  const running = await startShell({ dataFolder: service.folder });
  await until(() => running.electron.tray.icon === 'ok');
  return running;
}

test('the page comes with a strict policy and a nonce of its own', async () => {
  const { electron } = await startShell();
  const [first, second] = [await electron.load('app://guardit/'), await electron.load('app://guardit/index.html')];
  expect(first.status).toBe(200);
  expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  const policy = first.headers.get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining(["default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"]),
  );
  expect(policy).not.toContain('unsafe');
  expect(await first.text()).toContain(`content="${nonce}"`);
  expect(second.headers.get('content-security-policy')).not.toBe(policy);
  expect(electron.schemes).toMatchObject([
    { scheme: 'app', privileges: { standard: true, secure: true, stream: true } },
  ]);
});

test('files come from the built interface only', async () => {
  const { electron, folder } = await startShell();
  expect((await electron.load('app://guardit/assets/main.js')).headers.get('content-type')).toContain('javascript');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'renderer/link.txt'));
  writeFileSync(join(folder, 'renderer/tool.exe'), 'MZ');
  const paths = ['%2e%2e/secret.txt', '..%2fsecret.txt', '%2e%2e%2fsecret.txt', 'assets/..%2f..%2fsecret.txt'];
  const more = ['..%5csecret.txt', 'C:%5csecret.txt', 'link.txt', 'tool.exe', '%00', '%', 'assets', 'nothing.js'];
  for (const path of [...paths, ...more]) {
    const response = await electron.load(`app://guardit/${path}`);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.text()).not.toContain('not for pages');
  }
  for (const url of ['app://elsewhere/', 'app://guardit:81/', 'app://guardit.example/index.html']) {
    expect((await electron.load(url)).status).toBe(404);
  }
  expect((await electron.load('app://guardit/', { method: 'POST', body: 'x' })).status).toBe(405);
});

test('the API is there with the token, which no page sees', async () => {
  const { electron } = await attachedShell();
  const me = await electron.load('app://guardit/api/auth/me', { headers: { authorization: 'Bearer nonsense' } });
  expect(me.status).toBe(200);
  expect(await me.json()).toMatchObject({ role: 'admin' });
  expect(me.headers.get('content-security-policy')).toContain('sandbox');
  // A path that is written like an address leads to the core all the same.
  for (const path of ['/api//evil.example/x', '/api/tasks/https:%2f%2fevil.example', '/api/@evil.example/']) {
    expect((await electron.load(`app://guardit${path}`)).status).toBe(404);
  }
  for (const path of ['/api/auth/login', '/api//auth/login', '/api/auth/%6cogin', '/api/auth/me/password']) {
    const given = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const response = await electron.load(`app://guardit${path}`, given);
    expect([path, response.status >= 400]).toEqual([path, true]);
    expect(await response.text()).not.toContain('"token"');
  }
  expect(JSON.stringify(electron.windows)).not.toContain(service?.adminToken);
});

test('events stream through, and end when the page lets go', async () => {
  const { electron } = await attachedShell();
  const response = await electron.load('app://guardit/api/events');
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const read = async (wanted: string) => {
    while (!text.includes(wanted)) text += decoder.decode((await reader?.read())?.value);
  };
  await read('retry:');
  await electron.load('app://guardit/api/tasks/register', {
    method: 'POST',
    body: JSON.stringify({ taskId: 'one', displayName: 'One', taskType: 'files' }),
    headers: { 'content-type': 'application/json' },
  });
  await read('event: task.registered');
  await reader?.cancel();
});

test('a login makes the app that user; the page gets no token, and logging out is undone by nothing stored', async () => {
  const { electron } = await attachedShell();
  const json = { 'content-type': 'application/json' };
  const user = { username: 'eva', password: 'a long enough one', role: 'viewer' };
  const made = await electron.load('app://guardit/api/auth/users', {
    method: 'POST',
    body: JSON.stringify(user),
    headers: json,
  });
  expect(made.status).toBe(201);
  const logIn = (password: string) =>
    electron.load('app://guardit/api/auth/session', {
      method: 'POST',
      body: JSON.stringify({ username: 'eva', password }),
      headers: json,
    });
  const wrong = await logIn('not that one');
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ code: 'unauthenticated' });
  const right = await logIn(user.password);
  expect(right.status).toBe(200);
  expect(right.headers.get('set-cookie')).toBeNull();
  expect(Object.keys((await right.json()) as object).sort()).toEqual(['expires_at', 'user']);
  expect(await (await electron.load('app://guardit/api/auth/me')).json()).toMatchObject({
    name: 'eva',
    role: 'viewer',
  });
  expect((await electron.load('app://guardit/api/auth/session', { method: 'DELETE' })).status).toBe(204);
  expect(await (await electron.load('app://guardit/api/auth/me')).json()).toMatchObject({ role: 'admin' });
});

test('nobody who took the port is shown the token', async () => {
  const seen: (string | undefined)[] = [];
  const thief = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end('{"proof":"none"}');
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void thief.close());
  const victim = await runService();
  const { port } = thief.address() as AddressInfo;
  const api = JSON.stringify({
    url: `http://127.0.0.1:${port}`,
    port,
    pid: process.pid,
    instanceId: crypto.randomUUID(),
    startedAt: new Date().toISOString(),
    version: '1',
  });
  writeFileSync(join(victim.folder, 'run/api.json'), api);
  onTestFinished(() => victim.stop());
  const { electron } = await startShell({ dataFolder: victim.folder });
  await until(() => electron.tray.tooltip.includes('Reconnecting'));
  expect(electron.tray.icon).toBe('disconnected');
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.every((authorization) => authorization === undefined)).toBe(true);
  const refused = await electron.load('app://guardit/api/tasks');
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'unavailable' });
});
