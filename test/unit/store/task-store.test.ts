import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { NewTask, Task } from '../../../main/app/tasks/ports.ts';
import { dueTaskOf, hasAction, withDue } from '../../../main/app/tasks/task.ts';
import { openTestCatalog } from '../../support/catalogs.ts';
import { sampleTask } from '../../support/task-samples.ts';

const ALL = { visibleTo: { all: true } };

async function catalogWith(...newTasks: NewTask[]) {
  const catalog = await openTestCatalog();
  const tasks = await catalog.write(async (stores) => {
    const inserted: Task[] = [];
    for (const task of newTasks) {
      const stored = await stores.tasks.insert(task);
      if (stored) inserted.push(stored);
    }
    return inserted;
  });
  return { catalog, tasks };
}

function actionOf(task: NewTask) {
  if (!task.action) throw new Error('The sample has no action.');
  return task.action;
}

describe('the task store', () => {
  it('gives back every field as it was', async () => {
    const monitored = sampleTask({ taskId: 'm', assignee: 'user:2' });
    const withAction = sampleTask({ taskId: 'a', withAction: true });
    const bare: NewTask = {
      ...sampleTask({ taskId: 'bare' }),
      ...{ description: null, serverId: null, lastSeenAt: null, expectedSchedule: null, timeZone: null },
      ...{ graceMinutes: null, maxDurationMinutes: null, lastRunAt: null, isActive: false },
    };
    const forever: NewTask = {
      ...sampleTask({ taskId: 'forever' }),
      ...{ expectedSchedule: null },
      action: { ...actionOf(withAction), schedule: null, pausedUntil: 'indefinitely', skipNext: false },
    };
    const { catalog, tasks } = await catalogWith(monitored, withAction, bare, forever);
    const expected = [monitored, withAction, bare, forever].map((task, at) => ({ ...task, id: at + 1 }));
    expect(tasks).toEqual(expected);
    await catalog.read(async (stores) => {
      expect(await stores.tasks.list(ALL)).toEqual(expected);
      expect(await stores.tasks.find('a')).toEqual(expected[1]);
      expect(await stores.tasks.findById(4)).toEqual(expected[3]);
      expect((await stores.tasks.listWithAction()).map(({ taskId }) => taskId)).toEqual(['a', 'forever']);
      expect(await stores.tasks.find('A')).toBeNull();
      expect(await stores.tasks.findById(5)).toBeNull();
    });
  });

  it('says when an id is taken; upper and lower case differ', async () => {
    const { catalog } = await catalogWith(sampleTask());
    await catalog.write(async ({ tasks }) => {
      expect(await tasks.insert(sampleTask())).toBeNull();
      expect(await tasks.insert(sampleTask({ taskId: 'SAMPLE' }))).toMatchObject({ taskId: 'SAMPLE' });
    });
  });

  it('changes all that may change, and what made the task never', async () => {
    const { catalog, tasks } = await catalogWith(
      sampleTask({ taskId: 'm' }),
      sampleTask({ taskId: 'a', withAction: true }),
    );
    const [monitored, withAction] = tasks;
    if (!monitored || !withAction) throw new Error('They were not stored.');
    const changed: Task = {
      ...withAction,
      id: monitored.id,
      displayName: 'Another',
      assignedTo: { ref: 'user:9', name: 'Nina' },
      action: { ...actionOf(withAction), dependencies: ['a' as TaskId] },
    };
    await catalog.write((stores) =>
      stores.tasks.update({ ...changed, createdBy: { ref: 'user:0', name: 'x' }, createdAt: new Date(0) }),
    );
    const expected = { ...changed, taskId: 'm' as TaskId };
    expect(await catalog.read((stores) => stores.tasks.find('m'))).toEqual(expected);
    await catalog.write((stores) => stores.tasks.update({ ...monitored, timeZone: null }));
    expect(await catalog.read((stores) => stores.tasks.dependencies())).toEqual([]);
  });

  it('keeps dependencies in the order in which they were given, and refuses unknown ones whole', async () => {
    const { catalog } = await catalogWith(...['x', 'y', 'z'].map((taskId) => sampleTask({ taskId })));
    const wanted = (...ids: string[]): NewTask => {
      const task = sampleTask({ taskId: 'dependent', withAction: true });
      return { ...task, action: { ...actionOf(task), dependencies: ids as TaskId[] } };
    };
    await expect(catalog.write(({ tasks }) => tasks.insert(wanted('x', 'nowhere')))).rejects.toThrow('not there');
    expect(await catalog.read(({ tasks }) => tasks.find('dependent'))).toBeNull();
    const inserted = await catalog.write(({ tasks }) => tasks.insert(wanted('z', 'x', 'y')));
    await catalog.read(async ({ tasks }) => {
      expect(await tasks.find('dependent')).toEqual(inserted);
      expect(inserted?.action?.dependencies).toEqual(['z', 'x', 'y']);
      expect(await tasks.dependents(1)).toEqual(['dependent']);
      expect(await tasks.missing(['x', 'nowhere', `'`, 'y'])).toEqual(['nowhere', `'`]);
    });
    await expect(catalog.write(({ tasks }) => tasks.delete(1))).rejects.toThrow();
    await catalog.write(({ tasks }) => tasks.delete(inserted?.id ?? 0));
    await catalog.write(({ tasks }) => tasks.delete(1));
    expect(await catalog.read(({ tasks }) => tasks.count(ALL))).toBe(2);
  });

  it('finds the ids that a slug must avoid', async () => {
    const ids = ['copy', 'copy-2', 'copy-', 'copy-ä', 'copy.2', 'copying', 'cop', 'COPY-3', 'copy-😀'];
    const { catalog } = await catalogWith(...ids.map((taskId) => sampleTask({ taskId })));
    const found = await catalog.read(({ tasks }) => tasks.startingWith('copy'));
    expect(found).toEqual(new Set(['copy', 'copy-2', 'copy-', 'copy-ä', 'copy-😀']));
  });

  it('notes reports, states and the scheduler’s record without calling it a change of the task', async () => {
    const { catalog, tasks } = await catalogWith(sampleTask({ withAction: true }));
    const [task] = tasks;
    if (!task || !hasAction(task)) throw new Error('It was not stored.');
    const at = new Date('2026-02-01T00:00:00.123Z');
    const due = { ...dueTaskOf(task), handledUntil: at, skipNext: false, pausedUntil: 'indefinitely' as const };
    await catalog.write(async (stores) => {
      await stores.tasks.setLastSeen(task.id, at);
      await stores.tasks.setState(task.id, 'running', at, at);
      await stores.tasks.setState(task.id, 'failed', at);
      await stores.tasks.updateDue(withDue(task, due));
    });
    const after = await catalog.read((stores) => stores.tasks.find(task.taskId));
    expect(after).toEqual({
      ...withDue(task, due),
      lastSeenAt: at,
      state: 'failed',
      stateChangedAt: at,
      lastRunAt: at,
    });
    expect(after && hasAction(after) && dueTaskOf(after)).toEqual(due);
  });
});
