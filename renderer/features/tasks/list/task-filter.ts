import type { OverviewTask } from '../../../../contracts/overview.ts';

export const STATE_FILTERS = ['attention', 'running', 'well', 'inactive'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];
export const GROUPINGS = ['none', 'state', 'type', 'server'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What the list shows. It stands in the address, so that it can be kept and sent to somebody. */
export interface TaskFilter {
  readonly text: string;
  readonly state: StateFilter | null;
  readonly type: string | null;
  readonly grouping: Grouping;
}

export function filterOf(search: URLSearchParams): TaskFilter {
  const state = search.get('state');
  const grouping = search.get('group');
  return {
    text: search.get('q') ?? '',
    state: STATE_FILTERS.find((known) => known === state) ?? null,
    type: search.get('type'),
    grouping: GROUPINGS.find((known) => known === grouping) ?? 'none',
  };
}

export function searchOf({ text, state, type, grouping }: TaskFilter): URLSearchParams {
  return new URLSearchParams({
    ...(text !== '' && { q: text }),
    ...(state !== null && { state }),
    ...(type !== null && { type }),
    ...(grouping !== 'none' && { group: grouping }),
  });
}

/** Every word must be somewhere: in the name, the id, the server or the type. */
export function matches(task: OverviewTask, { text, state, type }: TaskFilter): boolean {
  if (state !== null && !IS[state](task)) return false;
  if (type !== null && typeOf(task) !== type) return false;
  const haystack = [task.name, task.task_id, task.server_id ?? '', task.task_type].join(' ').toLocaleLowerCase();
  return text
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

const IS: Readonly<Record<StateFilter, (task: OverviewTask) => boolean>> = {
  attention: ({ level }) => level === 'wrong' || level === 'warning',
  running: ({ running }) => running !== null,
  well: ({ level }) => level === 'well',
  inactive: ({ level }) => level === 'inactive',
};

/** The action's type, or `monitored`. */
export function typeOf({ type }: OverviewTask): NonNullable<OverviewTask['type']> | 'monitored' {
  return type ?? 'monitored';
}
