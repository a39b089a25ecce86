import type { Caller } from '../../app/access/caller.ts';
import { seesEveryTask } from '../../app/access/caller.ts';
import type { ServiceEvent } from '../../app/events/event-bus.ts';

/** Whether a caller may see an event: nothing of other tenants. */
export function maySee(caller: Caller, { audience }: ServiceEvent): boolean {
  if (audience?.tenantId !== undefined && caller.tenantId !== null && caller.tenantId !== audience.tenantId)
    return false;
  // Whose task it is stands in the catalog, which can't be asked for each event: who sees only some tasks gets none here.
  return seesEveryTask(caller);
}

/** `types` as in the query: names separated by commas, each may end in `*`. Undefined wants all. */
export function typeFilter(types: string | undefined): (type: string) => boolean {
  if (types === undefined) return () => true;
  const wanted = types.split(',');
  return (type) => wanted.some((name) => (name.endsWith('*') ? type.startsWith(name.slice(0, -1)) : type === name));
}
