import { namesSecret, type ActionType } from '../../../contracts/actions.ts';
import { seesEveryTask, type Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import type { TaskVisibility } from './ports.ts';
import type { TaskPerson } from './task.ts';

/** A caller as a task remembers who made it. */
export function personOf({ kind, id, name }: Caller): TaskPerson {
  return { ref: `${kind}:${id}`, name };
}

/** How a task remembers a user. */
export function userRef(userId: string): string {
  return `user:${userId}`;
}

/**
 * Which tasks exist for a caller (api.md, "Who may do what").
 * Keys and local programs report, they own nothing: a task that one of them registered and that got an action later is out
 * of their sight. Tasks belong to the installation, so of a tenant's people each sees only their own.
 */
export function visibilityOf(caller: Caller): TaskVisibility {
  const { ref } = personOf(caller);
  const owned = caller.kind === 'user' ? { ownedBy: ref } : {};
  if (caller.tenantId !== null) return { monitoredBy: ref, ...owned };
  if (seesEveryTask(caller)) return { all: true };
  return { monitored: true, ...owned };
}

/** What decides for whom a task exists. */
export interface TaskOwnership {
  /** Null for a monitored task. */
  readonly action: unknown;
  readonly createdBy: Pick<TaskPerson, 'ref'>;
  readonly assignedTo: Pick<TaskPerson, 'ref'> | null;
}

export function isVisible(task: TaskOwnership, { all, monitored, monitoredBy, ownedBy }: TaskVisibility): boolean {
  const makerRef = task.createdBy.ref;
  if (all) return true;
  if (task.action === null && (monitored || makerRef === monitoredBy)) return true;
  return ownedBy !== undefined && (makerRef === ownedBy || task.assignedTo?.ref === ownedBy);
}

/** Refuses a task that does not exist for this caller. A local program is told what it lacks; others, that there is none. */
export function requireVisible(caller: Caller, task: TaskOwnership): void {
  if (isVisible(task, visibilityOf(caller))) return;
  if (caller.kind === 'loopback') throw tokenNeeded('This task has an action');
  throw taskNotRegistered();
}

/** Schedules, priorities, dependencies and whatever else belongs to what GuardIT runs by itself. */
export function requireOperator(caller: Caller): void {
  if (caller.kind === 'loopback') throw tokenNeeded('Only tasks without an action');
  const mayOperate = caller.role === 'admin' || caller.role === 'operator';
  if (!mayOperate)
    throw new AppError('forbidden', `The role ${caller.role} may not change what GuardIT runs by itself.`);
  if (caller.tenantId !== null) {
    throw new AppError('forbidden', 'Actions run for the whole installation: nobody of a tenant may change them.');
  }
}

/**
 * To give a task an action of this type, or to change its configuration. Who edits a script acts with the rights of the
 * account that runs GuardIT, so that is for admins; and so is who names a secret, for he says where it is sent.
 */
export function requireAction(caller: Caller, type: ActionType, config?: unknown): void {
  requireOperator(caller);
  if ((type === 'script' || type === 'custom') && caller.role !== 'admin') {
    throw new AppError('forbidden', `Only an admin may say what a task of type ${type} executes.`);
  }
  if (caller.role !== 'admin' && namesSecret(config)) {
    throw new AppError('forbidden', 'Only an admin may say where a secret is sent.', {
      field: 'config',
      code: 'secret',
    });
  }
}

export function taskNotRegistered(): AppError {
  return new AppError('task_not_registered', 'Task not registered');
}

function tokenNeeded(reason: string): AppError {
  return new AppError('unauthenticated', `${reason}: a token is needed here, also from this machine.`);
}
