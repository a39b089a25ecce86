import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { TaskFilter, TaskVisibility } from '../../app/tasks/ports.ts';
import type { Schema } from './schema.ts';

type Builder = ExpressionBuilder<Schema, 'tasks'>;

/** As task-rights.ts has it for a single task. */
export function isVisible(eb: Builder, { all, monitored, monitoredBy, ownedBy }: TaskVisibility): Expression<SqlBool> {
  if (all) return eb.lit(true);
  const reasons: Expression<SqlBool>[] = [];
  if (monitored) reasons.push(eb('action_type', 'is', null));
  if (monitoredBy !== undefined) {
    reasons.push(eb.and([eb('created_by', '=', monitoredBy), eb('action_type', 'is', null)]));
  }
  if (ownedBy !== undefined) reasons.push(eb('created_by', '=', ownedBy), eb('assigned_to', '=', ownedBy));
  return eb.or(reasons);
}

export function matches(eb: Builder, { visibleTo, state, type, priority, text }: TaskFilter): Expression<SqlBool> {
  const conditions = [isVisible(eb, visibleTo)];
  if (state !== undefined) conditions.push(eb('state', '=', state));
  if (type !== undefined) conditions.push(eb.or([eb('task_type', '=', type), eb('action_type', '=', type)]));
  if (priority !== undefined) conditions.push(eb('priority', '=', priority));
  if (text !== undefined) conditions.push(contains(eb, text));
  return eb.and(conditions);
}

function contains(eb: Builder, text: string): Expression<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const columns = ['task_id', 'display_name', 'description'] as const;
  return eb.or(columns.map((column) => sql<SqlBool>`${sql.ref(column)} LIKE ${pattern} ESCAPE '\\'`));
}
