import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { UpdateState } from '../../../contracts/shell-bridge.ts';
import type { UpdaterPort } from '../../../main/shell/updates/updater-port.ts';
import { Updates } from '../../../main/shell/updates/updates.ts';

class FakeUpdater extends EventEmitter implements UpdaterPort {
  autoDownload = false;
  autoInstallOnAppQuit = true;
  allowDowngrade = true;
  installs = 0;
  check: () => Promise<null> = async () => null;
  checkForUpdates() {
    return this.check();
  }
  quitAndInstall(): void {
    this.installs++;
  }
}

function setUp(running: readonly string[] = []) {
  const updater = new FakeUpdater();
  const states: UpdateState['kind'][] = [];
  const steps: string[] = [];
  const updates = new Updates({
    updater,
    onChange: ({ kind }) => void states.push(kind),
    running: async () => running,
    prepare: async () => void steps.push(`ended before ${updater.installs + 1}`),
  });
  return { updater, updates, states, steps };
}

test('nothing is installed unasked, and nothing older', () => {
  const { updater } = setUp();
  expect([updater.autoInstallOnAppQuit, updater.allowDowngrade]).toEqual([false, false]);
});

test('a click looks, another one installs, after the core has ended', async () => {
  const { updater, updates, states, steps } = setUp();
  await expect(updates.install()).rejects.toThrow('No update is ready');
  await updates.check();
  updater.emit('update-available', { version: '2.0.0' });
  updater.emit('download-progress', { percent: 40.2 });
  updater.emit('download-progress', { percent: 40.8 });
  expect(updates.state).toEqual({ kind: 'downloading', version: '2.0.0', percent: 40 });
  updater.emit('update-downloaded', { version: '2.0.0' });
  expect(states).toEqual(['checking', 'downloading', 'downloading', 'ready']);
  // What is ready is not looked for again.
  await updates.check();
  expect(updates.state.kind).toBe('ready');
  await updates.install();
  expect(steps).toEqual(['ended before 1']);
  expect(updater.installs).toBe(1);
});

test('never during a job', async () => {
  const { updater, updates, steps } = setUp(['Nightly', 'Other']);
  updater.emit('update-downloaded', { version: '2.0.0' });
  await expect(updates.install()).rejects.toThrow('Nightly and 1 more runs. The update waits');
  expect([updater.installs, steps]).toEqual([0, []]);
});

test('a failure is a sentence, and can be tried again', async () => {
  const { updater, updates } = setUp();
  updater.check = async () => {
    throw new Error('net::ERR_INTERNET_DISCONNECTED\n  at somewhere');
  };
  await updates.check();
  expect(updates.state).toEqual({
    kind: 'failed',
    problem: 'The update could not be had: net::ERR_INTERNET_DISCONNECTED',
  });
  updater.check = async () => null;
  await updates.check();
  updater.emit('update-not-available');
  expect(updates.state).toEqual({ kind: 'up-to-date' });
});

test('a build without an address for updates says so', async () => {
  const updates = new Updates({
    updater: null,
    onChange: () => undefined,
    running: async () => [],
    prepare: async () => undefined,
  });
  expect(updates.state).toEqual({ kind: 'unsupported' });
  await expect(updates.check()).rejects.toThrow('gets no updates by itself');
});
