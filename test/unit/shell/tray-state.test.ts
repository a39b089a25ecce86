import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRAY_ICONS, type CoreConnection } from '../../../contracts/shell-bridge.ts';
import { trayStateOf } from '../../../main/shell/tray/tray-state.ts';
import { durationText, MAX_TOOLTIP_LENGTH, tooltipOf } from '../../../main/shell/tray/tooltip.ts';
import { remainingMs } from '../../../main/shell/tray/work.ts';
import { coreView, NOW, ownTask, runOf, scriptTask, statusOf } from '../../support/core-views.ts';

const ATTACHED: CoreConnection = { kind: 'attached' };
const stateOf = (view: Parameters<typeof trayStateOf>[1]) => trayStateOf(ATTACHED, view, NOW);

describe('the icon', () => {
  test('is the worst of all tasks', () => {
    const ok = { tasks: [scriptTask('a')], statuses: [statusOf('a', 'ok')] };
    expect(stateOf(coreView(ok)).icon).toBe('ok');
    for (const [state, icon] of [
      ['running', 'running'],
      ['overdue', 'error'],
      ['stuck', 'error'],
      ['failed', 'error'],
    ] as const) {
      const tasks = [scriptTask('a'), scriptTask('b')];
      expect(stateOf(coreView({ tasks, statuses: [statusOf('a', 'ok'), statusOf('b', state)] })).icon).toBe(icon);
    }
    const warned = [statusOf('a', 'ok', { status: 'warning' })];
    expect(stateOf(coreView({ ...ok, statuses: warned })).icon).toBe('warning');
  });

  test('a task that is switched off counts for nothing', () => {
    const view = coreView({ tasks: [scriptTask('a', { is_active: false })], statuses: [statusOf('a', 'failed')] });
    expect(stateOf(view)).toMatchObject({ icon: 'ok', attention: [] });
  });

  test('is that of now: what was red and is mended is not', () => {
    const failed = coreView({ tasks: [ownTask('a', { state: 'failed' })] });
    expect(stateOf(failed).icon).toBe('error');
    expect(stateOf(coreView({ tasks: [ownTask('a', { state: 'running' })], active: [runOf('a')] })).icon).toBe(
      'running',
    );
    expect(stateOf(coreView({ tasks: [ownTask('a')] })).icon).toBe('ok');
  });

  test('paused schedules are not ok, and what is wrong is worse', () => {
    const scheduler = { ...coreView().scheduler, state: 'paused' as const, paused_until: 'indefinitely' as const };
    expect(stateOf(coreView({ scheduler }))).toMatchObject({ icon: 'paused', pausedUntil: 'indefinitely' });
    expect(stateOf(coreView({ scheduler, tasks: [ownTask('a', { state: 'failed' })] })).icon).toBe('error');
  });

  test('the service itself may be what is wrong', () => {
    const health = (status: 'degraded' | 'failing') => ({ ...coreView().health, status });
    expect(stateOf(coreView({ health: health('degraded') })).icon).toBe('warning');
    expect(stateOf(coreView({ health: health('failing') }))).toMatchObject({
      icon: 'error',
      tooltip: 'GuardIT: GuardIT itself needs you',
    });
  });

  test('without a connection nothing of before is shown', () => {
    const view = coreView({ tasks: [ownTask('a', { state: 'failed' })], active: [runOf('a')] });
    const lost = trayStateOf({ kind: 'disconnected', problem: 'Nothing listens there.' }, view, NOW);
    expect(lost).toEqual({
      icon: 'disconnected',
      tooltip: 'GuardIT: Reconnecting. Nothing listens there.',
      ...{ running: [], attention: [], runnable: [], pausedUntil: null },
    });
    expect(trayStateOf(ATTACHED, null, NOW).icon).toBe('disconnected');
  });
});

describe('the tooltip', () => {
  test('says what runs, how far, how long yet, and what comes next', () => {
    const view = coreView({
      tasks: [
        ownTask('nightly', { display_name: 'Nightly backup' }),
        ownTask('clean', { display_name: 'Log Cleanup' }),
      ],
      active: [runOf('nightly', { task_name: 'Nightly backup', progress: 25 })],
      scheduler: { ...coreView().scheduler, next: [{ task_id: 'clean', due_at: '2026-01-16T01:00:00.000Z' }] },
    });
    // Ten minutes for a quarter. Tests run in Berlin's time.
    expect(stateOf(view).tooltip).toBe(
      'GuardIT: All 2 tasks are well\nNightly backup: 25 %, 30 min left\nNext: Log Cleanup tomorrow 02:00',
    );
  });

  test('a script that reports no progress is estimated by how long it usually takes', () => {
    const statuses = [statusOf('s', 'running', { usualSeconds: 900 })];
    const { running } = stateOf(coreView({ tasks: [scriptTask('s', { display_name: 'Script' })], statuses }));
    expect(running).toEqual([{ taskId: 's', name: 'Script', percent: null, remainingMs: 300_000 }]);
    expect(remainingMs('2026-01-15T11:00:00.000Z', null, 900, NOW)).toBeNull();
    expect(remainingMs('2026-01-15T12:05:00.000Z', 50, null, NOW)).toBeNull();
  });

  test('never exceeds what Windows shows, and never splits a character', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 300 });
    const work = fc.record({
      ...{ taskId: name, name },
      percent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
      remainingMs: fc.option(fc.integer({ min: 0, max: 1e10 })),
    });
    const next = fc.option(
      fc.record({ name, at: fc.date({ noInvalidDate: true, min: NOW, max: new Date('2099-01-01') }) }),
    );
    fc.assert(
      fc.property(name, fc.array(work, { maxLength: 4 }), next, (headline, running, coming) => {
        const text = tooltipOf({ headline, running, next: coming, now: NOW });
        expect(text.length).toBeLessThanOrEqual(MAX_TOOLTIP_LENGTH);
        expect(text.isWellFormed()).toBe(true);
        expect(text.split('\n')).toHaveLength(1 + (running.length > 0 ? 1 : 0) + (coming ? 1 : 0));
      }),
    );
  });

  test('times are whole minutes, hours, days', () => {
    expect([1, 60_000, 61_000, 3_600_000 * 3, 86_400_000 * 3].map(durationText)).toEqual([
      '1 min',
      '1 min',
      '2 min',
      '3 h',
      '3 days',
    ]);
  });
});

test('what can be run now: own tasks that are on and do not run', () => {
  const tasks = [ownTask('idle'), ownTask('busy'), ownTask('off', { is_active: false }), scriptTask('script')];
  const { runnable } = stateOf(coreView({ tasks, active: [runOf('busy')] }));
  expect(runnable).toEqual([{ taskId: 'idle', name: 'idle' }]);
});

test('every state has an icon', () => {
  expect(TRAY_ICONS).toEqual(['ok', 'running', 'paused', 'warning', 'error', 'disconnected']);
});
