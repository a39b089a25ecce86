import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../contracts/access.ts';
import { ACTION_TYPES } from '../../../contracts/actions.ts';
import type { Caller } from '../../../main/app/access/caller.ts';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { isVisible, requireAction, requireVisible, visibilityOf } from '../../../main/app/tasks/task-rights.ts';
import { testCaller } from '../../support/api-server.ts';
import { openTestCatalog } from '../../support/catalogs.ts';
import { sampleTask } from '../../support/task-samples.ts';

function codeOf(attempt: () => void): string {
  try {
    attempt();
    return 'allowed';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const KINDS: readonly Caller['kind'][] = ['user', 'key', 'loopback'];
const CALLERS = KINDS.flatMap((kind) =>
  ROLES.flatMap((role) =>
    [null, 'acme'].map((tenantId) => testCaller(`${kind}-${role}-${tenantId}`, role, { kind, id: 'id', tenantId })),
  ),
);
const MAKERS = ['user:id', 'key:id', 'loopback:id', 'user:other'];
const TASKS = MAKERS.flatMap((maker) =>
  [null, 'user:id', 'key:id'].flatMap((assignee) =>
    [true, false].map((withAction) => sampleTask({ maker, assignee, withAction })),
  ),
).map((task, at) => ({ ...task, taskId: `t${at}` as typeof task.taskId }));

describe('what exists for a caller', () => {
  it('is the same for one task and for a list of them', async () => {
    const catalog = await openTestCatalog();
    const stored = await catalog.write(async ({ tasks }) => {
      for (const task of TASKS) await tasks.insert(task);
      return tasks.list({ visibleTo: { all: true } });
    });
    expect(stored).toHaveLength(TASKS.length);
    for (const caller of CALLERS) {
      const visibility = visibilityOf(caller);
      const listed = await catalog.read(({ tasks }) => tasks.list({ visibleTo: visibility }));
      const seen = stored.filter((task) => isVisible(task, visibility));
      expect.soft(listed, caller.name).toEqual(seen);
    }
  });

  it('is nothing with an action, for whoever has no user', () => {
    for (const caller of CALLERS.filter(({ kind, role }) => kind !== 'user' && role === 'reporter')) {
      for (const task of TASKS.filter(({ action }) => action)) {
        const code = codeOf(() => requireVisible(caller, task));
        expect.soft(code, caller.name).toBe(caller.kind === 'loopback' ? 'unauthenticated' : 'task_not_registered');
      }
    }
  });
});

describe('who may say what is executed', () => {
  it('admins all of it, operators all but programs, others nothing', () => {
    for (const type of ACTION_TYPES) {
      const isProgram = type === 'script' || type === 'custom';
      for (const role of ROLES) {
        const expected = role === 'admin' || (role === 'operator' && !isProgram) ? 'allowed' : 'forbidden';
        const caller = testCaller(role, role);
        expect
          .soft(
            codeOf(() => requireAction(caller, type)),
            `${role} ${type}`,
          )
          .toBe(expected);
        expect
          .soft(
            codeOf(() => requireAction({ ...caller, tenantId: 'acme' }, type)),
            role,
          )
          .toBe('forbidden');
        const local: Caller = { ...caller, kind: 'loopback' };
        expect
          .soft(
            codeOf(() => requireAction(local, type)),
            role,
          )
          .toBe('unauthenticated');
      }
    }
  });
});
