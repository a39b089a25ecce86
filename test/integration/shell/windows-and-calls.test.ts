import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHELL_ARGUMENTS, type ShellState } from '../../../contracts/shell-bridge.ts';
import { FULL_HD } from '../../support/fake-electron.ts';
import { startShell, until } from '../../support/running-shell.ts';

test('the window: locked down, hidden by closing, where it was left', async () => {
  const { electron, folder } = await startShell({ argv: [] });
  const [window] = electron.windows;
  expect(window?.urls).toEqual(['app://guardit/#/']);
  expect(window?.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    preload: '/app/dist/shell/preload.cjs',
  });
  window?.setBounds({ x: 100, y: 120, width: 900, height: 700 });
  expect(window?.close()).toBe(false);
  expect(window?.isVisible()).toBe(false);
  const left = JSON.parse(readFileSync(join(folder, 'user/window-state.json'), 'utf8')) as object;
  expect(left).toEqual({ x: 100, y: 120, width: 900, height: 700, isMaximized: false });
  await until(() => electron.tray.icon === 'ok');
  electron.tray.choose('Restore');
  expect(window?.isVisible()).toBe(true);
  expect(window?.urls.at(-1)).toBe('app://guardit/#/restore');
  expect(electron.windows).toHaveLength(1);
});

test('pages stay at home: no navigation, no window, no permission; https goes to the browser', async () => {
  const { electron } = await startShell({ argv: [] });
  const contents = electron.windows[0]?.webContents;
  expect(contents?.navigate('app://guardit/')).toBe(true);
  expect(contents?.navigate('https://example.org/help')).toBe(false);
  expect(contents?.navigate('app://guardit/api/runs/1/log')).toBe(false);
  expect(contents?.navigate('file:///etc/passwd')).toBe(false);
  expect(contents?.navigate('https://example.org/', 'will-redirect')).toBe(false);
  expect(contents?.navigate('data:text/html,x', 'will-frame-navigate')).toBe(false);
  expect(contents?.openHandler?.({ url: 'https://example.org/new' })).toEqual({ action: 'deny' });
  expect(contents?.openHandler?.({ url: 'ms-settings:privacy' })).toEqual({ action: 'deny' });
  await until(() => electron.opened.length === 2);
  expect(electron.opened).toEqual(['https://example.org/help', 'https://example.org/new']);
  let isGranted: boolean | null = null;
  electron.permissions.request?.({}, 'geolocation', (answer) => (isGranted = answer));
  expect(isGranted).toBe(false);
  expect(electron.permissions.check?.({}, 'notifications')).toBe(false);
});

test('the popover: at the icon, gone with the focus, not opened again by the same click', async () => {
  const { electron } = await startShell();
  electron.tray.click();
  const [popover] = electron.windows;
  expect(popover?.urls).toEqual(['app://guardit/#/popover']);
  expect(popover?.isVisible()).toBe(true);
  const { x = 0, y = 0, width = 0, height = 0 } = popover?.bounds ?? {};
  expect(x + width).toBeLessThanOrEqual(FULL_HD.width);
  expect(y + height).toBeLessThanOrEqual(FULL_HD.height);
  expect(popover?.options).toMatchObject({ frame: false, skipTaskbar: true });
  // A click on the icon takes the focus first.
  popover?.emit('blur');
  electron.tray.click();
  expect(popover?.isVisible()).toBe(false);
  await until(() => {
    electron.tray.click();
    return popover?.isVisible() ?? false;
  });
  await electron.call('openMainWindow', ['/tasks']);
  expect(popover?.isVisible()).toBe(false);
  expect(electron.windows[1]?.urls).toEqual(['app://guardit/#/tasks']);
});

test('calls come from our own page only', async () => {
  const { electron } = await startShell();
  expect(electron.channels.size).toBe(Object.keys(SHELL_ARGUMENTS).length);
  const strangers: [string, unknown][] = [
    ['https://example.org/', null],
    ['app://elsewhere/', null],
    ['app://guardit.example/', null],
    ['app://guardit/api/runs/1/log', null],
    ['file:///index.html', null],
    ['app://guardit/', { url: 'app://guardit/' }],
  ];
  for (const name of Object.keys(SHELL_ARGUMENTS)) {
    for (const [url, parent] of strangers) {
      const answer = await electron.call(name, [], url, parent);
      expect([name, url, answer.ok]).toEqual([name, url, false]);
    }
  }
  const handle = electron.channels.get('guardit:quit');
  expect(await handle?.({ senderFrame: null })).toMatchObject({ ok: false });
  expect(electron.questions).toHaveLength(0);
  expect((await electron.call('getShellState', [], 'app://guardit/#/tasks')).ok).toBe(true);
});

test('arguments that do not fit are refused in a sentence', async () => {
  const { electron } = await startShell({ chosenFolder: '/srv/backup' });
  const wrong: [string, unknown[]][] = [
    ['openExternal', ['http://example.org']],
    ['openExternal', ['javascript:alert(1)']],
    ['openMainWindow', ['//evil.example']],
    ['openMainWindow', ['/x" onload="y']],
    ['pauseAll', ['for-ever']],
    ['pauseAll', []],
    ['runTask', [{ taskId: 'x' }]],
    ['showItemInFolder', ['a\0b']],
    ['setOpenAtLogin', ['yes']],
    ['quit', ['now']],
  ];
  for (const [name, given] of wrong) {
    const answer = await electron.call(name, given);
    expect([name, given, answer.ok]).toEqual([name, given, false]);
    expect(answer.message).toContain(name);
  }
  expect(electron.opened).toEqual([]);
  expect(await electron.call('openExternal', ['https://restic.net/docs'])).toEqual({ ok: true, value: undefined });
  expect(await electron.call('chooseFolder')).toEqual({ ok: true, value: '/srv/backup' });
  expect(await electron.call('chooseFolder', [{ title: 'Where to' }])).toEqual({ ok: true, value: '/srv/backup' });
  await electron.call('showItemInFolder', ['C:\\Restored\\a.txt']);
  expect(electron.opened).toEqual(['https://restic.net/docs', 'C:\\Restored\\a.txt']);
  // What fails in the core reaches the page as the core's own sentence.
  await until(() => electron.tray.icon === 'ok');
  const refused = await electron.call('runTask', ['no-such-task']);
  expect(refused.ok).toBe(false);
  expect(refused.message).toMatch(/registered|task/i);
});

test('start at login is set with the flag that keeps the window away, and pages hear of it', async () => {
  const { electron } = await startShell({ argv: [] });
  await electron.call('setOpenAtLogin', [true]);
  expect([electron.app.loginItem, electron.app.loginArgs]).toEqual([true, ['--hidden']]);
  const state = electron.windows[0]?.webContents.sent.at(-1);
  expect(state?.channel).toBe('guardit:shell-state');
  expect((state?.value as ShellState).openAtLogin).toBe(true);
});

test('the session ends: nobody is asked, the core ends in good order', async () => {
  const { electron, dataFolder } = await startShell({ argv: [] });
  await until(() => electron.tray.icon === 'ok');
  electron.windows[0]?.emit('session-end');
  await until(() => electron.app.quits === 1);
  expect(electron.questions).toHaveLength(0);
  expect(existsSync(join(dataFolder, 'run/api.json'))).toBe(false);
});
