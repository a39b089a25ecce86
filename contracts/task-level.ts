import type { TaskLevel } from './overview.ts';

const WRONG: ReadonlySet<string> = new Set(['overdue', 'stuck', 'failed']);

/** How much a task that is run by its own script needs somebody. `state`: as its monitoring says. */
export function levelOfMonitored(task: {
  readonly isActive: boolean;
  readonly state: string;
  readonly isWarned: boolean;
}): TaskLevel {
  return levelOf(task.isActive, WRONG.has(task.state), task.isWarned);
}

/** The same for a task that GuardIT runs. What its last run said counts when the run is over. */
export function levelOfAction(task: {
  readonly isActive: boolean;
  readonly state: string;
  readonly waitsToRetry: boolean;
  readonly isRunning: boolean;
  readonly hasWarnings: boolean;
}): TaskLevel {
  const isWrong = task.state === 'failed' && !task.waitsToRetry;
  const isWarned = task.waitsToRetry || task.state === 'cancelled' || (task.hasWarnings && !task.isRunning);
  return levelOf(task.isActive, isWrong, isWarned);
}

function levelOf(isActive: boolean, isWrong: boolean, isWarned: boolean): TaskLevel {
  if (!isActive) return 'inactive';
  return isWrong ? 'wrong' : isWarned ? 'warning' : 'well';
}
