import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ShellState } from '../../../contracts/shell-bridge.ts';
import { Service, startOrClaim } from '../../../main/host/index.ts';
import type { FakeElectron } from '../../support/fake-electron.ts';
import { runService, type RunningService } from '../../support/running-service.ts';
import { startShell, until } from '../../support/running-shell.ts';

let service: RunningService | null = null;
afterEach(async () => {
  await service?.stop();
  service = null;
});

async function stateOf(electron: FakeElectron): Promise<ShellState> {
  return (await electron.call('getShellState')).value as ShellState;
}

async function connected(electron: FakeElectron, kind: ShellState['connection']['kind']): Promise<void> {
  await until(async () => {
    const { connection, icon } = await stateOf(electron);
    return (
      connection.kind === kind && (icon === 'disconnected') === (kind === 'disconnected' || kind === 'login-needed')
    );
  });
}

/** A request of a page, to the core. */
async function api(electron: FakeElectron, method: string, path: string, body?: object): Promise<Response> {
  return electron.load(`app://guardit${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
}

const SLEEPER = { name: 'Long job', taskId: 'long', type: 'script', config: { command: 'sleep', args: ['600'] } };

describe('hosted', () => {
  test('the tray hosts the core where nobody else does, and is ready before it is asked', async () => {
    const { electron, dataFolder } = await startShell();
    await connected(electron, 'hosting');
    expect(existsSync(join(dataFolder, 'run/api.json'))).toBe(true);
    expect(electron.tray.icon).toBe('ok');
    expect(electron.tray.tooltip).toBe('GuardIT: No tasks yet');
    // With --hidden no window comes up.
    expect(electron.windows).toHaveLength(0);
    expect(electron.app.appUserModelId).toBe('org.guardit.app');
    expect(electron.app.isSandboxed).toBe(true);
    expect(electron.appMenu).toBeNull();
  });

  test('quitting with a job: waits, and goes when it has ended', async () => {
    const { electron } = await startShell({ answers: [0] });
    await connected(electron, 'hosting');
    await api(electron, 'POST', '/api/tasks', { ...SLEEPER, config: { command: 'sleep', args: ['1'] } });
    await electron.call('runTask', ['long']);
    await until(() => electron.tray.icon === 'running');
    electron.tray.choose('Quit');
    await until(() => electron.questions.length === 1);
    expect(electron.questions[0]?.detail).toContain('Long job');
    expect(electron.questions[0]?.buttons).toEqual(['Wait, then quit', 'Cancel it and quit', 'Stay']);
    expect(electron.app.quits).toBe(0);
    await until(() => electron.app.quits === 1);
    expect(electron.tray.isDestroyed).toBe(true);
  });

  test('quitting with a job: staying keeps all as it is, cancelling ends it and goes', async () => {
    const { electron, dataFolder } = await startShell({ answers: [2, 1] });
    await connected(electron, 'hosting');
    await api(electron, 'POST', '/api/tasks', SLEEPER);
    await electron.call('runTask', ['long']);
    await until(() => electron.tray.icon === 'running');
    // By the system's own way, too: it is kept from going.
    electron.app.quit();
    await until(() => electron.questions.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(electron.app.quits).toBe(0);
    expect(electron.tray.icon).toBe('running');
    await electron.call('quit');
    await until(() => electron.app.quits === 1);
    const after = await Service.start({ dataFolder, flags: { port: 0, logLevel: 'silent' }, env: {}, version: '0' });
    onTestFinished(() => after.stop());
  });

  test('a service appears: the tray finishes what runs, hands over, and looks the same', async () => {
    const { electron, dataFolder } = await startShell();
    await connected(electron, 'hosting');
    await api(electron, 'POST', '/api/tasks', { ...SLEEPER, config: { command: 'sleep', args: ['1'] } });
    const { value } = await electron.call('runTask', ['long']);
    const { runId } = value as { runId: string };
    const started = startOrClaim(
      { dataFolder, flags: { port: 0, logLevel: 'silent' }, env: {}, version: '0.0.0-test' },
      new AbortController().signal,
    );
    const claimed = await started;
    onTestFinished(() => claimed.stop());
    await connected(electron, 'attached');
    await until(() => electron.tray.icon === 'ok');
    // The job was not cut off for it.
    const run = (await (await api(electron, 'GET', `/api/runs/${runId}`)).json()) as { status: string };
    expect(run.status).toBe('completed');
    expect(existsSync(join(dataFolder, 'run/claim.json'))).toBe(false);
  });
});

describe('attached', () => {
  test('to a service that is there; quitting says that jobs go on, and leaves it alone', async () => {
    service = await runService();
    const { electron } = await startShell({ dataFolder: service.folder, answers: [0] });
    await connected(electron, 'attached');
    expect(electron.tray.icon).toBe('ok');
    await electron.call('quit');
    await until(() => electron.app.quits === 1);
    expect(electron.questions[0]?.detail).toContain('go on');
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });

  test('the service goes away: the tray hosts; it comes back: the tray hands over', async () => {
    const first = await runService();
    const { electron } = await startShell({ dataFolder: first.folder });
    await connected(electron, 'attached');
    const options = {
      dataFolder: first.folder,
      flags: { port: 0, logLevel: 'silent' },
      env: {},
      version: '0',
    } as const;
    // What stop() of the test's service does, without removing the folder.
    await first.stopOnly();
    await connected(electron, 'hosting');
    const second = await startOrClaim(options, new AbortController().signal);
    onTestFinished(() => second.stop());
    await connected(electron, 'attached');
    await electron.call('pauseAll', ['until-tomorrow']);
    await until(() => electron.tray.icon === 'paused');
    await electron.call('resumeAll');
    await until(() => electron.tray.icon === 'ok');
  });

  test('red as long as it is so, and no longer; each trouble is told once', async () => {
    service = await runService();
    const { electron } = await startShell({ dataFolder: service.folder });
    await connected(electron, 'attached');
    const report = (status: string, message: string) => api(electron, 'POST', '/api/status/night', { status, message });
    await api(electron, 'POST', '/api/tasks/register', {
      taskId: 'night',
      displayName: 'Night copy',
      taskType: 'files',
    });
    await report('failed', 'The disk is full');
    await until(() => electron.tray.icon === 'error');
    expect(electron.tray.tooltip).toBe('GuardIT: 1 task needs you');
    await until(() => electron.notifications.length === 1);
    expect(electron.notifications[0]?.title).toBe('Night copy: failed');
    expect(electron.notifications[0]?.body).toBe('The disk is full');
    electron.notifications[0]?.emit('click');
    expect(electron.windows[0]?.urls).toEqual(['app://guardit/#/tasks/night']);
    await report('completed', 'All is copied');
    await until(() => electron.tray.icon === 'ok');
    expect(electron.notifications.map(({ title }) => title)).toEqual([
      'Night copy: failed',
      'Night copy is well again',
    ]);
    // The older toast of the task gave way.
    expect(electron.notifications[0]?.isShown).toBe(false);
  });
});

test('a second instance shows the first one and goes', async () => {
  const first = await startShell();
  const second = await startShell({ isSecondInstance: true });
  expect(second.shell).toBeNull();
  expect(second.electron.app.quits).toBe(1);
  expect(second.electron.trays).toHaveLength(0);
  expect(second.electron.channels.size).toBe(0);
  first.electron.app.emit('second-instance', {}, ['GuardIT.exe', '--hidden']);
  expect(first.electron.windows).toHaveLength(0);
  first.electron.app.emit('second-instance', {}, ['GuardIT.exe']);
  expect(first.electron.windows).toHaveLength(1);
  expect(first.electron.windows[0]?.isVisible()).toBe(true);
});

test('a user who may not see enough is told so, calmly, and can log in as somebody else', async () => {
  service = await runService();
  const { electron } = await startShell({ dataFolder: service.folder });
  await connected(electron, 'attached');
  const user = { username: 'rita', password: 'a long enough one', role: 'reporter' };
  expect((await api(electron, 'POST', '/api/auth/users', user)).status).toBe(201);
  const { username, password } = user;
  await api(electron, 'POST', '/api/auth/session', { username, password });
  await connected(electron, 'disconnected');
  const state = await stateOf(electron);
  expect(state.connection).toMatchObject({ problem: expect.stringContaining('reporter') as string });
  await api(electron, 'DELETE', '/api/auth/session');
  await connected(electron, 'attached');
});
