import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueBook, type DueDecision } from '../../../main/app/schedule/due-book.ts';
import { disable, enable, newDueTask, type DueTask } from '../../../main/app/schedule/due-task.ts';
import { latestDue, nextDue } from '../../../main/app/schedule/next-due.ts';
import { parseSchedule } from '../../../main/app/schedule/schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TOLERANCE = 2 * MINUTE;

/** The night in which Berlin's clocks are set back lies in the first days. */
const START = Date.UTC(2026, 9, 24, 12);
const TASKS: readonly DueTask[] = [
  ['rhythm', '20 * * * *'],
  ['nightly', 'daily at 2:30'],
  ['weekly', 'weekly on sunday at 23:00'],
  ['short', 'every 45 minutes'],
  ['long', 'every 7 hours'],
].map(([taskId = '', text = '']) => newDueTask(taskId, parseSchedule(text), 'Europe/Berlin', new Date(START)));

/** A book in use: a clock, the decisions that were carried out, and the records as a catalog stores them. */
class Life {
  book = new DueBook({ clockToleranceMs: TOLERANCE });
  now = START;
  readonly done: DueDecision[] = [];

  constructor() {
    for (const task of TASKS) this.book.put(task);
  }

  /** One wake-up. `refuse`: a task that can't be started now, because it is still running. */
  wakeUp(refuse?: string): void {
    const { decisions, wakeAt } = this.book.dueNow(new Date(this.now));
    expect(wakeAt.getTime()).toBeGreaterThan(this.now);
    expect(wakeAt.getTime()).toBeLessThanOrEqual(this.now + MINUTE);
    for (const decision of decisions) {
      if (decision.taskId === refuse) continue;
      this.#check(decision);
      this.book.acknowledge(decision);
      this.done.push(decision);
    }
    const rest = this.book.dueNow(new Date(this.now)).decisions;
    expect(rest.filter(({ taskId, run }) => taskId !== refuse && run)).toEqual([]);
  }

  /** All that the acknowledged records say, and nothing else, survives. */
  restart(): void {
    const stored = TASKS.map(({ taskId }) => this.task(taskId));
    this.book = new DueBook({ clockToleranceMs: TOLERANCE });
    for (const task of stored) this.book.put(task);
  }

  task(taskId: string): DueTask {
    const task = this.book.get(taskId);
    if (!task) throw new Error(`No task ${taskId}.`);
    return task;
  }

  starts(): string[] {
    return this.done.flatMap(({ taskId, run }) => (run ? [`${taskId} ${run.dueAt.toISOString()}`] : []));
  }

  #check({ taskId, run, taskAfter }: DueDecision): void {
    expect(taskAfter.handledUntil.getTime()).toBeLessThanOrEqual(this.now);
    expect(taskAfter.handledUntil.getTime()).toBeGreaterThan(this.task(taskId).handledUntil.getTime());
    if (!run) return;
    for (const due of [run.dueAt, run.firstDueAt]) {
      const justBefore = new Date(due.getTime() - 1);
      expect(latestDue(taskAfter.schedule, { ...taskAfter, after: justBefore, until: due })).toEqual(due);
    }
    expect(run.dueAt.getTime()).toBeGreaterThanOrEqual(run.firstDueAt.getTime());
  }
}

type Event = (life: Life) => void;

const taskId = fc.constantFrom(...TASKS.map((task) => task.taskId));
const ms = (min: number, max: number) => fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
const minuteGoesBy = ms(1, MINUTE).map(
  (by): Event =>
    (life) =>
      void (life.now += by),
);
const sleep = ms(MINUTE, 3 * DAY).map(
  (by): Event =>
    (life) =>
      void (life.now += by),
);
const hoursGoBy = fc.integer({ min: 1, max: 30 }).map(
  (by): Event =>
    (life) =>
      void (life.now += by * HOUR),
);
const slightlyBack = ms(1, TOLERANCE).map(
  (by): Event =>
    (life) =>
      void (life.now -= by),
);
const farBack = fc
  .oneof(
    ms(TOLERANCE + 1, 2 * DAY),
    fc.integer({ min: 1, max: 100 }).map((steps) => steps * 15 * MINUTE),
  )
  .map(
    (by): Event =>
      (life) =>
        void (life.now -= by),
  );
const skipNext = taskId.map(
  (id): Event =>
    (life) =>
      life.book.put({ ...life.task(id), skipNext: true }),
);
const offAndOn = taskId.map((id): Event => (life) => {
  life.book.put(disable(life.task(id)));
  life.now += HOUR;
  life.book.put(enable(life.task(id), new Date(life.now)));
});
const pause = ms(1, DAY).map(
  (by): Event =>
    (life) =>
      life.book.pauseAll(new Date(life.now + by)),
);
const refusal = taskId.map(
  (id): Event =>
    (life) =>
      life.wakeUp(id),
);
const restart = fc.constant<Event>((life) => life.restart());

function live(events: readonly Event[]): Life {
  const life = new Life();
  for (const event of events) {
    event(life);
    life.wakeUp();
  }
  return life;
}

describe('whatever the clock does', () => {
  const others = fc.oneof(minuteGoesBy, sleep, slightlyBack, skipNext, offAndOn, pause, refusal);
  const anything = fc.oneof(hoursGoBy, farBack, others);

  it('no due instant is started twice', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 10, maxLength: 25, size: 'max' }), (events) => {
        const starts = live(events).starts();
        expect(starts.filter((start, index) => starts.indexOf(start) !== index)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('not after a restart either, as long as the clock is set back within the tolerance only', () => {
    const tame = fc.oneof(minuteGoesBy, sleep, hoursGoBy, slightlyBack, skipNext, offAndOn, pause, refusal, restart);
    fc.assert(
      fc.property(fc.array(tame, { maxLength: 40 }), (events) => {
        const starts = live(events).starts();
        expect(starts.filter((start, index) => starts.indexOf(start) !== index)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('every task starts again within its usual time', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(sleep, hoursGoBy, farBack, slightlyBack), { maxLength: 40 }), (events) => {
        const life = live(events);
        const waits = (id: string) => Number(life.book.nextStart(id)) - life.now;
        expect(waits('short')).toBeLessThanOrEqual(45 * MINUTE + TOLERANCE);
        expect(waits('long')).toBeLessThanOrEqual(7 * HOUR + TOLERANCE);
      }),
      { numRuns: 50 },
    );
  });
});

describe('on a clock that only goes forward', () => {
  const forward = fc.oneof(minuteGoesBy, sleep, hoursGoBy, refusal, restart);

  it('every due instant belongs to exactly one run', () => {
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 40 }), (events) => {
        const life = live(events);
        for (const task of TASKS) {
          let handled: Date = task.handledUntil;
          for (const { run } of life.done.filter(({ taskId: id }) => id === task.taskId)) {
            expect(run?.firstDueAt).toEqual(nextDue(task.schedule, { ...task, after: handled }));
            handled = run?.dueAt ?? handled;
          }
          const next = nextDue(task.schedule, { ...task, after: handled });
          expect(next?.getTime()).toBeGreaterThan(life.now);
          expect(life.book.nextStart(task.taskId)).toEqual(next);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a run stands for all due instants between its first and its last', () => {
    fc.assert(
      fc.property(fc.array(sleep, { maxLength: 10 }), (events) => {
        for (const { run, taskAfter } of live(events).done) {
          if (!run) continue;
          let count = 1;
          for (let due: Date | null = run.firstDueAt; due && due < run.dueAt; count++) {
            due = nextDue(taskAfter.schedule, { ...taskAfter, after: due });
          }
          expect(run.dueCount).toBe(Math.min(count, 100));
        }
      }),
      { numRuns: 15 },
    );
  });
});
