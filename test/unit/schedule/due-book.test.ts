import { beforeEach, describe, expect, it, test } from 'vitest';
import { DueBook, type DueDecision, type DueReport } from '../../../main/app/schedule/due-book.ts';
import { disable, enable, newDueTask, reschedule, type DueTask } from '../../../main/app/schedule/due-task.ts';
import { parseSchedule } from '../../../main/app/schedule/schedule.ts';

const at = (text: string) => new Date(`2026-01-${text}Z`);
const MADE = at('10T12:00');

let book: DueBook;

beforeEach(() => {
  book = new DueBook();
});

function put(taskId: string, schedule: string, changes: Partial<DueTask> = {}): DueTask {
  const task = { ...newDueTask(taskId, parseSchedule(schedule), 'UTC', MADE), ...changes };
  book.put(task);
  return task;
}

function change(taskId: string, edit: (task: DueTask) => DueTask): void {
  const task = book.get(taskId);
  if (!task) throw new Error(`No task ${taskId}.`);
  book.put(edit(task));
}

function acknowledge({ decisions }: DueReport): void {
  for (const decision of decisions) book.acknowledge(decision);
}

/** Asks and carries out: the due instants of the runs, as `task day time`. */
function startsAt(now: string): string[] {
  const report = book.dueNow(at(now));
  acknowledge(report);
  return report.decisions.flatMap(({ taskId, run }) => (run ? [`${taskId} ${short(run.dueAt)}`] : []));
}

function short(instant: Date): string {
  return instant.toISOString().replace(/^2026-01-(.*?)(:00)?\.000Z$/, '$1');
}

function onlyDecision(now: string): DueDecision {
  const [decision, ...others] = book.dueNow(at(now)).decisions;
  if (!decision || others.length > 0) throw new Error(`${others.length + 1} decisions instead of one.`);
  return decision;
}

describe('a task', () => {
  it('starts when it is due, once', () => {
    put('a', 'daily at 2:00');
    expect(startsAt('11T01:59:59')).toEqual([]);
    expect(startsAt('11T02:00')).toEqual(['a 11T02:00']);
    expect(startsAt('11T02:00')).toEqual([]);
    expect(startsAt('11T23:00')).toEqual([]);
    expect(startsAt('12T02:00:30')).toEqual(['a 12T02:00']);
  });

  it('is decided on until the decision is acknowledged', () => {
    put('a', 'every 1 hour');
    const first = onlyDecision('10T13:00:05');
    expect(first).toMatchObject({ run: { dueAt: at('10T13:00'), dueCount: 1, catchUp: false }, skippedDue: null });
    expect(first.nextDue).toEqual(at('10T14:00'));
    expect(first.taskAfter).toEqual({ ...book.get('a'), handledUntil: at('10T13:00') });
    expect(onlyDecision('10T13:00:05')).toEqual(first);
    // Still not started an hour later: it is one run for both.
    expect(onlyDecision('10T14:00:05').run).toEqual({
      dueAt: at('10T14:00'),
      firstDueAt: at('10T13:00'),
      dueCount: 2,
      catchUp: true,
    });
    // The first of the two was started after all.
    book.acknowledge(first);
    expect(startsAt('10T14:00:06')).toEqual(['a 10T14:00']);
  });

  it('goes on where its stored record ended', () => {
    const { handledUntil: _, ...task } = put('a', 'daily at 2:00');
    book = new DueBook();
    book.put({ ...task, handledUntil: at('13T02:00') });
    expect(startsAt('14T01:00')).toEqual([]);
    expect(startsAt('14T02:00')).toEqual(['a 14T02:00']);
  });

  it('is not due for the time before it was made or had another schedule', () => {
    put('a', 'daily at 2:00');
    expect(startsAt('10T12:00')).toEqual([]);
    change('a', (task) => reschedule(task, parseSchedule('daily at 11:00'), 'UTC', at('10T12:30')));
    expect(startsAt('10T12:31')).toEqual([]);
    expect(book.nextStart('a')).toEqual(at('11T11:00'));
  });

  it('never starts by itself when it is manual, disabled or removed', () => {
    put('manual', 'manual');
    put('disabled', 'every 1 minute', { enabled: false });
    put('removed', 'every 1 minute');
    const decision = onlyDecision('10T13:00');
    book.remove('removed');
    book.acknowledge(decision);
    expect(startsAt('20T00:00')).toEqual([]);
    for (const taskId of ['manual', 'disabled', 'removed']) expect(book.nextStart(taskId)).toBeNull();
  });

  it('drops what fell due while it was disabled', () => {
    put('a', 'every 6 hours');
    change('a', disable);
    change('a', (task) => enable(task, at('12T13:00')));
    expect(startsAt('12T13:01')).toEqual([]);
    // On the grid of its anchor.
    expect(startsAt('12T18:00')).toEqual(['a 12T18:00']);
  });

  it('with an unknown time zone is refused', () => {
    expect(() => put('a', 'daily at 2:00', { timeZone: 'Mars/Olympus' })).toThrow(/Unknown time zone/);
  });
});

describe('missed runs', () => {
  it('are made up for by one', () => {
    put('a', 'daily at 2:00');
    const { run, nextDue, taskAfter } = onlyDecision('15T09:00');
    expect(run).toEqual({ dueAt: at('15T02:00'), firstDueAt: at('11T02:00'), dueCount: 5, catchUp: true });
    expect(nextDue).toEqual(at('16T02:00'));
    expect(taskAfter.handledUntil).toEqual(at('15T02:00'));
    expect(startsAt('15T09:00')).toEqual(['a 15T02:00']);
    expect(startsAt('15T09:01')).toEqual([]);
  });

  it('are counted up to 100, whatever their number', () => {
    put('a', '* * * * * *');
    expect(onlyDecision('29T00:00:00.500').run).toMatchObject({ dueAt: at('29T00:00'), dueCount: 100, catchUp: true });
  });

  it('do not include one that a wake-up was a little late for', () => {
    put('a', 'daily at 2:00');
    expect(onlyDecision('11T02:02').run).toMatchObject({ catchUp: false });
    expect(onlyDecision('11T02:02:01').run).toMatchObject({ catchUp: true });
  });

  it('of several tasks come in the order in which they were missed', () => {
    put('late', 'daily at 5:00');
    put('early', 'daily at 3:00');
    put('between', 'daily at 4:00');
    expect(startsAt('11T12:00')).toEqual(['early 11T03:00', 'between 11T04:00', 'late 11T05:00']);
  });
});

describe('a pause', () => {
  it('puts off what falls due, and ends by itself', () => {
    put('a', 'every 1 hour');
    put('b', 'daily at 18:00');
    book.pauseAll(at('10T15:30'));
    const report = book.dueNow(at('10T15:29:30'));
    expect(report.decisions).toEqual([]);
    expect(report.wakeAt).toEqual(at('10T15:30'));
    expect(book.nextStart('a')).toEqual(at('10T15:30'));
    expect(book.nextStart('b')).toEqual(at('10T18:00'));
    expect(onlyDecision('10T15:30').run).toMatchObject({ dueAt: at('10T15:00'), dueCount: 3, catchUp: true });
  });

  it('lasts until somebody resumes', () => {
    put('a', 'every 1 hour');
    book.pauseAll('indefinitely');
    expect(startsAt('20T00:00')).toEqual([]);
    expect(book.nextStart('a')).toBeNull();
    book.pauseAll(null);
    expect(startsAt('20T00:00')).toEqual(['a 20T00:00']);
  });

  it('of one task leaves the others alone, and adds to the pause of all', () => {
    put('a', 'every 1 hour', { pausedUntil: at('10T14:30') });
    put('b', 'every 1 hour');
    expect(startsAt('10T13:00')).toEqual(['b 10T13:00']);
    book.pauseAll(at('10T14:45'));
    expect(startsAt('10T14:40')).toEqual([]);
    expect(startsAt('10T14:45')).toEqual(['a 10T14:00', 'b 10T14:00']);
  });
});

describe('skip next', () => {
  it('drops one due instant and no more', () => {
    put('a', 'daily at 2:00', { skipNext: true });
    expect(book.nextStart('a')).toEqual(at('12T02:00'));
    const decision = onlyDecision('11T02:00');
    expect(decision).toMatchObject({ run: null, skippedDue: at('11T02:00'), nextDue: at('12T02:00') });
    expect(decision.taskAfter).toMatchObject({ handledUntil: at('11T02:00'), skipNext: false });
    book.acknowledge(decision);
    expect(book.get('a')).toEqual(decision.taskAfter);
    expect(startsAt('12T02:00')).toEqual(['a 12T02:00']);
  });

  it('drops the first of several that were missed', () => {
    put('a', 'daily at 2:00', { skipNext: true });
    const { run, skippedDue } = onlyDecision('13T03:00');
    expect(skippedDue).toEqual(at('11T02:00'));
    expect(run).toEqual({ dueAt: at('13T02:00'), firstDueAt: at('12T02:00'), dueCount: 2, catchUp: true });
    expect(startsAt('13T03:00')).toEqual(['a 13T02:00']);
    expect(startsAt('14T02:00')).toEqual(['a 14T02:00']);
  });
});

describe('the clock', () => {
  test('is looked at once a minute, and whenever something is due', () => {
    put('a', 'daily at 2:00');
    expect(book.dueNow(at('10T12:00')).wakeAt).toEqual(at('10T12:01'));
    expect(book.dueNow(at('11T01:59:30')).wakeAt).toEqual(at('11T02:00'));
    // What is not acknowledged is looked at in a minute, not over and over.
    expect(book.dueNow(at('11T02:00')).wakeAt).toEqual(at('11T02:01'));
  });

  test('that jumps forward is noticed', () => {
    expect(book.dueNow(at('10T12:00')).clock).toBeNull();
    expect(book.dueNow(at('10T12:01:10')).clock).toBeNull();
    expect(book.dueNow(at('10T16:01:10')).clock).toEqual({ kind: 'gap', byMs: 4 * 3_600_000 });
  });

  test('set back a little changes nothing but that tasks wait', () => {
    put('a', 'every 1 minute');
    expect(startsAt('10T12:05')).toEqual(['a 10T12:05']);
    const report = book.dueNow(at('10T12:03:30'));
    expect(report).toMatchObject({ decisions: [], reanchored: [], clock: null });
    expect(startsAt('10T12:05')).toEqual([]);
    expect(startsAt('10T12:06')).toEqual(['a 10T12:06']);
  });

  test('set back far: times on the wall go on, but none starts twice', () => {
    put('a', '*/30 * * * *');
    expect(startsAt('10T18:00')).toEqual(['a 10T18:00']);
    put('untouched', 'daily at 19:30');
    expect(startsAt('10T18:30')).toEqual(['a 10T18:30']);
    const report = book.dueNow(at('10T16:10'));
    expect(report.clock).toEqual({ kind: 'back', byMs: 140 * 60_000 });
    expect(report.reanchored).toEqual([book.get('a')]);
    expect(book.get('a')).toMatchObject({ handledUntil: at('10T16:10') });
    // These had been made up for by the run of 18:00, but were not started themselves.
    expect(startsAt('10T16:30')).toEqual(['a 10T16:30']);
    expect(startsAt('10T17:30')).toEqual(['a 10T17:30']);
    expect(startsAt('10T18:00')).toEqual([]);
    expect(startsAt('10T18:45')).toEqual([]);
    expect(startsAt('10T19:00')).toEqual(['a 10T19:00']);
    expect(startsAt('10T19:30')).toEqual(['a 10T19:30', 'untouched 10T19:30']);
  });

  test('set back far: intervals count from now', () => {
    put('a', 'every 30 minutes');
    expect(startsAt('10T18:00')).toEqual(['a 10T18:00']);
    book.dueNow(at('10T16:10'));
    expect(book.get('a')).toMatchObject({ anchor: at('10T16:10'), handledUntil: at('10T16:10') });
    expect(startsAt('10T16:40')).toEqual(['a 10T16:40']);
    expect(startsAt('10T18:10')).toEqual(['a 10T18:10']);
  });

  test('set back by whole intervals: the new instants are not taken for the old ones', () => {
    put('a', 'every 30 minutes');
    for (const now of ['10T17:00', '10T17:30', '10T18:00']) startsAt(now);
    book.dueNow(at('10T16:30'));
    expect(startsAt('10T17:00')).toEqual([]);
    expect(startsAt('10T17:00:01')).toEqual(['a 2026-01-10T17:00:00.001Z']);
  });

  test('set back before the start of this process is noticed by what tasks remember', () => {
    put('a', 'daily at 2:00', { handledUntil: new Date('2099-06-01T02:00Z') });
    put('b', 'every 1 hour', { anchor: new Date('2099-06-01T02:30Z'), handledUntil: MADE });
    const report = book.dueNow(at('10T12:10'));
    expect(report.clock).toBeNull();
    expect(report.reanchored.map(({ taskId }) => taskId)).toEqual(['a', 'b']);
    expect(book.nextStart('a')).toEqual(at('11T02:00'));
    expect(book.nextStart('b')).toEqual(at('10T13:10'));
  });

  test('set back over a restart: the last run is not started again', () => {
    put('a', 'daily at 2:00', { handledUntil: at('11T02:00') });
    expect(startsAt('10T23:00')).toEqual([]);
    expect(startsAt('11T03:00')).toEqual([]);
    expect(startsAt('12T02:00')).toEqual(['a 12T02:00']);
  });
});
