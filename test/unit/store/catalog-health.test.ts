import { expect, test } from 'vitest';
import { healthOf, type HealthSigns } from '../../../main/infra/store/catalog-health.ts';

const WELL: HealthSigns = {
  flushFailure: null,
  damage: [],
  lossReason: null,
  checkpointFailure: null,
  recovered: false,
  workRunsForMs: 3,
  queuedWrites: 0,
  walPages: 100,
};

test.each<[string, Partial<HealthSigns>, 'ok' | 'degraded' | 'failing']>([
  ['all is well', {}, 'ok'],
  ['the disk failed', { flushFailure: 'it failed' }, 'failing'],
  ['a check found damage', { damage: ['row 3'] }, 'failing'],
  ['the disk is full', { lossReason: 'full' }, 'failing'],
  ['the log is not moved', { checkpointFailure: 'busy' }, 'degraded'],
  ['a copy took its place', { recovered: true }, 'degraded'],
  ['a work hangs', { workRunsForMs: 60_000 }, 'degraded'],
  ['the log grows', { walPages: 1_000_000 }, 'degraded'],
  ['two at once', { recovered: true, damage: ['row 3'] }, 'failing'],
])('%s', (_, signs, state) => {
  const health = healthOf({ ...WELL, ...signs });
  expect(health.state).toBe(state);
  expect(health.problems).toHaveLength(Object.keys(signs).length);
});
