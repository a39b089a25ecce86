import { sql, type Kysely } from 'kysely';
import type {
  NewTask,
  Page,
  Task,
  TaskCounts,
  TaskDependency,
  TaskFilter,
  TaskId,
  TaskStore,
  TaskVisibility,
} from '../../app/tasks/ports.ts';
import type { Schema } from './schema.ts';
import { isVisible, matches } from './task-filter.ts';
import { changedRowOf, dueRowOf, newRowOf, taskOf, type TaskRow } from './task-rows.ts';

/** In the order in which they were linked. */
const DEPENDENCIES = sql<string>`(
  SELECT json_group_array(target.task_id ORDER BY link.rowid)
  FROM task_dependencies AS link JOIN tasks AS target ON target.id = link.depends_on
  WHERE link.task = tasks.id
)`.as('dependencies');

/** One parameter however long the list is: SQLite has a limit to their number, and each number is another statement. */
function amongst(texts: readonly string[]) {
  return sql<string>`(SELECT value FROM json_each(${JSON.stringify(texts)}))`;
}

export class SqlTaskStore implements TaskStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(task: NewTask): Promise<Task | null> {
    const inserted = await this.#db
      .insertInto('tasks')
      .values(newRowOf(task))
      .onConflict((conflict) => conflict.column('task_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!inserted) return null;
    await this.#link(inserted.id, task);
    return { ...task, id: inserted.id };
  }

  async find(taskId: string): Promise<Task | null> {
    const row = await this.#rows().where('task_id', '=', taskId).executeTakeFirst();
    return row ? taskOf(row) : null;
  }

  async findById(id: number): Promise<Task | null> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    return row ? taskOf(row) : null;
  }

  async list(filter: TaskFilter, { limit, offset }: Page = {}): Promise<readonly Task[]> {
    let query = this.#rows()
      .where((eb) => matches(eb, filter))
      .orderBy('id');
    // SQLite knows no OFFSET without LIMIT; -1 is none.
    if (limit !== undefined || offset !== undefined) query = query.limit(limit ?? -1).offset(offset ?? 0);
    const rows = await query.execute();
    return rows.map(taskOf);
  }

  async count(filter: TaskFilter): Promise<number> {
    const { count } = await this.#db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where((eb) => matches(eb, filter))
      .executeTakeFirstOrThrow();
    return count;
  }

  async counts(visibleTo: TaskVisibility): Promise<TaskCounts> {
    const [byState, byType, byPriority] = [
      await this.#countBy('state', visibleTo),
      await this.#countBy('type', visibleTo),
      await this.#countBy('priority', visibleTo),
    ];
    const { scheduled } = await this.#db
      .selectFrom('tasks')
      .select((eb) => eb.fn.countAll<number>().as('scheduled'))
      .where('action_type', 'is not', null)
      .where('is_active', '=', 1)
      .where('schedule', '<>', 'manual')
      .where((eb) => isVisible(eb, visibleTo))
      .executeTakeFirstOrThrow();
    const total = [...byState.values()].reduce((sum, count) => sum + count, 0);
    return { total, byState, byType, byPriority, running: byState.get('running') ?? 0, scheduled };
  }

  async managedBy(managedBy: string): Promise<readonly Task[]> {
    const rows = await this.#rows().where('managed_by', '=', managedBy).orderBy('id').execute();
    return rows.map(taskOf);
  }

  async listWithAction(): Promise<readonly Task[]> {
    const rows = await this.#rows().where('action_type', 'is not', null).orderBy('id').execute();
    return rows.map(taskOf);
  }

  async update(task: Task): Promise<void> {
    await this.#db.updateTable('tasks').set(changedRowOf(task)).where('id', '=', task.id).execute();
    await this.#db.deleteFrom('task_dependencies').where('task', '=', task.id).execute();
    await this.#link(task.id, task);
  }

  async updateDue(task: Task): Promise<void> {
    await this.#db.updateTable('tasks').set(dueRowOf(task)).where('id', '=', task.id).execute();
  }

  async setState(id: number, state: Task['state'], at: Date, lastRunAt?: Date): Promise<void> {
    const ran = lastRunAt ? { last_run_at: lastRunAt.getTime() } : {};
    await this.#db
      .updateTable('tasks')
      .set({ state, state_changed_at: at.getTime(), ...ran })
      .where('id', '=', id)
      .execute();
  }

  async setLastSeen(id: number, at: Date): Promise<void> {
    await this.#db.updateTable('tasks').set({ last_seen: at.getTime() }).where('id', '=', id).execute();
  }

  async delete(id: number): Promise<void> {
    await this.#db.deleteFrom('tasks').where('id', '=', id).execute();
  }

  async dependents(id: number): Promise<readonly TaskId[]> {
    const rows = await this.#db
      .selectFrom('task_dependencies')
      .innerJoin('tasks', 'tasks.id', 'task_dependencies.task')
      .select('tasks.task_id')
      .where('depends_on', '=', id)
      .orderBy('tasks.id')
      .execute();
    return rows.map(({ task_id }) => task_id as TaskId);
  }

  async dependencies(): Promise<readonly TaskDependency[]> {
    const rows = await this.#db
      .selectFrom('task_dependencies as link')
      .innerJoin('tasks as dependent', 'dependent.id', 'link.task')
      .innerJoin('tasks as target', 'target.id', 'link.depends_on')
      .select(['dependent.task_id as task', 'target.task_id as dependsOn'])
      .orderBy('link.task')
      .orderBy('link.depends_on')
      .execute();
    return rows as TaskDependency[];
  }

  async missing(taskIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('tasks')
      .select('task_id')
      .where('task_id', 'in', amongst(taskIds))
      .execute();
    const known = new Set(rows.map(({ task_id }) => task_id));
    return taskIds.filter((taskId) => !known.has(taskId));
  }

  async startingWith(base: string): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom('tasks')
      .select('task_id')
      // The dot comes right after the hyphen, so this is every id that begins with `base-`.
      .where((eb) =>
        eb.or([eb('task_id', '=', base), eb.and([eb('task_id', '>=', `${base}-`), eb('task_id', '<', `${base}.`)])]),
      )
      .execute();
    return new Set(rows.map(({ task_id }) => task_id));
  }

  #rows() {
    return this.#db.selectFrom('tasks').selectAll('tasks').select(DEPENDENCIES).$castTo<TaskRow>();
  }

  async #countBy(name: 'state' | 'type' | 'priority', visibleTo: TaskVisibility): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('tasks')
      .select((eb) => [
        (name === 'type' ? eb.fn.coalesce('action_type', 'task_type') : eb.ref(name)).as('label'),
        eb.fn.countAll<number>().as('count'),
      ])
      .where((eb) => isVisible(eb, visibleTo))
      .groupBy('label')
      .orderBy('label')
      .execute();
    return new Map(rows.map(({ label, count }) => [label, count]));
  }

  async #link(id: number, { action, taskId }: NewTask): Promise<void> {
    const wanted = action?.dependencies ?? [];
    if (wanted.length === 0) return;
    const { numAffectedRows } = await sql`
      INSERT INTO task_dependencies (task, depends_on)
      SELECT ${id}, tasks.id
      FROM json_each(${JSON.stringify(wanted)}) AS wanted JOIN tasks ON tasks.task_id = wanted.value
      ORDER BY wanted.key
    `.execute(this.#db);
    if (numAffectedRows !== BigInt(wanted.length)) {
      throw new Error(`The task ${JSON.stringify(taskId)} was to depend on a task that is not there.`);
    }
  }
}
