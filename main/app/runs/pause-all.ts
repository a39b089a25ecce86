import type { Stores } from '../catalog/ports.ts';
import type { Pause } from '../schedule/due-task.ts';

const KEY = 'scheduler.pausedUntil';

/** The pause of all tasks, as the settings have it. */
export async function storedPause(stores: Pick<Stores, 'settings'>): Promise<Pause | null> {
  const value = await stores.settings.get(KEY);
  if (value === 'indefinitely') return value;
  const until = typeof value === 'string' ? new Date(value) : null;
  return until && !Number.isNaN(until.getTime()) ? until : null;
}

export async function storePause(stores: Pick<Stores, 'settings'>, pause: Pause | null): Promise<void> {
  if (pause === null) await stores.settings.remove(KEY);
  else await stores.settings.put(KEY, pause === 'indefinitely' ? pause : pause.toISOString());
}
