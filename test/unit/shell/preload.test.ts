import { build } from 'esbuild';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SHELL_ARGUMENTS, type ShellBridge } from '../../../contracts/shell-bridge.ts';

const PRELOAD = fileURLToPath(new URL('../../../preload/preload.ts', import.meta.url));

/** The bridge as it is bundled, in a context with nothing but what a sandboxed preload has. */
async function loadBridge(answer: (channel: string, given: unknown[]) => unknown) {
  const { outputFiles } = await build({
    ...{
      entryPoints: [PRELOAD],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'cjs',
      external: ['electron'],
    },
  });
  const listeners = new Map<string, Set<(event: unknown, value: unknown) => void>>();
  const exposed: Record<string, unknown> = {};
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (exposed[name] = value) },
    ipcRenderer: {
      invoke: async (channel: string, ...given: unknown[]) => answer(channel, given),
      on: (channel: string, listener: (event: unknown, value: unknown) => void) => {
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      },
      off: (channel: string, listener: (event: unknown, value: unknown) => void) => {
        listeners.get(channel)?.delete(listener);
      },
    },
  };
  const required: string[] = [];
  runInNewContext(outputFiles[0]?.text ?? '', {
    require: (name: string) => {
      required.push(name);
      return electron;
    },
  });
  const tell = (channel: string, value: unknown) =>
    listeners.get(channel)?.forEach((listener) => listener({ secret: 1 }, value));
  return { bridge: exposed['guardit'] as ShellBridge, exposed, required, tell };
}

test('it requires nothing but electron, and shows the page one thing', async () => {
  const { exposed, required } = await loadBridge(() => ({ ok: true }));
  expect(required).toEqual(['electron']);
  expect(Object.keys(exposed)).toEqual(['guardit']);
});

test('each call of the contract goes over its own channel, with its arguments', async () => {
  const seen: unknown[] = [];
  const { bridge } = await loadBridge((channel, given) => {
    seen.push([channel, ...given]);
    return { ok: true, value: 'done' };
  });
  const { onShellState: _, ...calls } = bridge;
  expect(Object.keys(calls).sort()).toEqual(Object.keys(SHELL_ARGUMENTS).sort());
  for (const call of Object.values(calls) as ((given: string) => Promise<unknown>)[]) {
    expect(await call('x')).toBe('done');
  }
  expect(seen).toEqual(Object.keys(calls).map((name) => [`guardit:${name}`, 'x']));
});

test('a refusal is an Error with the app’s sentence', async () => {
  const { bridge } = await loadBridge(() => ({ ok: false, message: 'No update is ready.' }));
  await expect(bridge.installUpdate()).rejects.toThrow('No update is ready.');
});

test('states arrive without the event they came with, until nobody listens', async () => {
  const { bridge, tell } = await loadBridge(() => ({ ok: true }));
  const seen: unknown[][] = [];
  const stop = bridge.onShellState((...given: unknown[]) => void seen.push(given));
  tell('guardit:shell-state', { icon: 'ok' });
  stop();
  tell('guardit:shell-state', { icon: 'error' });
  expect(seen).toEqual([[{ icon: 'ok' }]]);
});
