import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATUSES, type ReportStatus } from '../../../contracts/status.ts';
import type { Caller } from '../../../main/app/access/caller.ts';
import { AuditLog } from '../../../main/app/audit/audit-log.ts';
import { EventBus } from '../../../main/app/events/event-bus.ts';
import { recordStatus } from '../../../main/app/status/record-status.ts';
import type { OpenCatalog } from '../../../main/infra/store/open-catalog.ts';
import { testCaller } from '../../support/api-server.ts';
import { openTestCatalog, StoppedClock } from '../../support/catalogs.ts';
import { statusDeps } from '../../support/status-api.ts';
import { sampleTask } from '../../support/task-samples.ts';

const REPORTER: Caller = testCaller('loopback', 'reporter', { kind: 'loopback' });
const BEGIN = Date.parse('2026-01-10T20:00:00.000Z');
const NOW = BEGIN + 60 * 86_400_000;

interface Said extends ReportStatus {
  readonly atMs: number;
}

const gapMs = fc.oneof(
  fc.constantFrom(1, 9_999, 10_001, 59_999, 60_001),
  fc.integer({ min: 1, max: 7_200_000 }),
  fc.constant(12.5 * 3_600_000),
);
const report = fc.record({
  gapMs,
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant('running' as const) },
    { weight: 5, arbitrary: fc.constantFrom(...STATUSES) },
  ),
  progress: fc.constantFrom(null, 0, 50, 100),
  message: fc.constantFrom(null, 'one', 'two'),
});
const reports = fc.array(report, { minLength: 1, maxLength: 25 }).map((gaps) => {
  let atMs = BEGIN;
  return gaps.map(({ gapMs: gap, ...said }): Said => ({ ...said, atMs: (atMs += gap) }));
});

/** The rules once more, in other words: the runs of a list of reports. */
function runsOf(said: readonly Said[]) {
  const runs: {
    began: number;
    ended: number | null;
    failed: boolean;
    known: boolean;
    lastStatus: string;
    endText: string;
  }[] = [];
  let seen = 0;
  let progress: number | null | undefined = null;
  let before = '';
  for (const one of said) {
    const run = runs.at(-1);
    const isOpen = run !== undefined && run.ended === null;
    const failing = one.status === 'failed' || one.status === 'error';
    const text = JSON.stringify([one.status, one.message, one.progress]);
    if (isOpen) {
      const silent = one.atMs - seen;
      const isAnew = silent >= 43_200_000 || (silent >= 3_600_000 && one.progress === 0 && (progress ?? 0) > 0);
      if (one.status === 'running' && isAnew) {
        Object.assign(run, { ended: seen, failed: true, known: false, lastStatus: 'failed' });
        runs.push({ began: one.atMs, ended: null, failed: false, known: true, lastStatus: '', endText: '' });
        progress = one.progress;
        seen = one.atMs;
      } else if (
        ['completed', 'failed', 'error'].includes(one.status) ||
        (one.status === 'warning' && one.progress === 100)
      ) {
        Object.assign(run, { ended: one.atMs, failed: failing, lastStatus: one.status, endText: text });
      } else if (one.status !== 'unknown' || run) {
        seen = one.atMs;
        progress = one.progress ?? progress;
      }
    } else if (one.status === 'running') {
      runs.push({ began: one.atMs, ended: null, failed: false, known: true, lastStatus: '', endText: '' });
      progress = one.progress;
      seen = one.atMs;
    } else if (one.status !== 'unknown') {
      const since = run?.ended === null || run?.ended === undefined ? Infinity : one.atMs - run.ended;
      const isAfterword =
        run !== undefined &&
        ((since <= 60_000 && one.status === 'warning' && !run.failed && run.lastStatus !== 'warning') ||
          (since <= 60_000 && failing && run.failed && run.lastStatus !== one.status) ||
          (since <= 10_000 && before === text));
      if (!isAfterword) {
        runs.push({
          began: one.atMs,
          ended: one.atMs,
          failed: failing,
          known: false,
          lastStatus: one.status,
          endText: text,
        });
      }
    }
    before = text;
  }
  return runs.map(({ began, ended, failed, known }) => ({
    began,
    ended,
    failed,
    durationMs: ended === null || !known ? null : ended - began,
  }));
}

let catalog: OpenCatalog | undefined;

async function inferred(said: readonly Said[], isLate: boolean, taskId: string) {
  const clock = new StoppedClock();
  catalog ??= await openTestCatalog({ clock });
  const parts = { catalog, clock, events: new EventBus(), audit: new AuditLog(clock) };
  const deps = statusDeps(parts);
  const task = await catalog.write(({ tasks }) =>
    tasks.insert({ ...sampleTask({ taskId }), maxDurationMinutes: null }),
  );
  if (!task) throw new Error('The task is there already.');
  for (const [at, { atMs, ...body }] of said.entries()) {
    clock.set(new Date(isLate ? NOW : atMs));
    const delivery = isLate ? { attemptId: `a${at}`, recordedAtMs: atMs } : {};
    await recordStatus(deps, REPORTER, taskId, body, delivery);
  }
  return catalog.read(async ({ statuses }) => {
    const days = await statuses.days(task.id, '2026-01-01', '2026-12-31');
    const head = await statuses.headById(task.id);
    const totals = await statuses.totals(task.id);
    const live = await statuses.totalsBetween(task.id, 0, NOW * 2);
    const last = head?.track?.last;
    return {
      days: days.filter(({ total }) => total > 0),
      totals,
      live,
      last,
      open: head?.track?.open?.beganAtMs ?? null,
    };
  });
}

let number = 0;

test('runs are inferred by the rules, figures agree with them, and the order of delivery makes no difference', async () => {
  await fc.assert(
    fc.asyncProperty(reports, fc.infiniteStream(fc.integer()), async (said, order) => {
      const expected = runsOf(said);
      const inOrder = await inferred(said, false, `in-order-${++number}`);
      const ended = expected.filter((run) => run.ended !== null);
      const timed = ended.filter(({ durationMs }) => durationMs !== null);
      const totals = {
        total: ended.length,
        successful: ended.filter(({ failed }) => !failed).length,
        failed: ended.filter(({ failed }) => failed).length,
        timed: timed.length,
        durationMs: timed.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
      };
      expect(inOrder.totals).toEqual(totals);
      expect(inOrder.live).toEqual(totals);
      expect(inOrder.open).toBe(expected.find((run) => run.ended === null)?.began ?? null);

      const shuffled = said.map((one) => ({ one, key: order.next().value ?? 0 })).sort((a, b) => a.key - b.key);
      const late = await inferred(
        shuffled.map(({ one }) => one),
        true,
        `late-${number}`,
      );
      expect(late).toEqual(inOrder);
    }),
    { numRuns: 60 },
  );
});
