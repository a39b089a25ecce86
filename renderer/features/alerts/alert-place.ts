import type { AlertView } from '../../../contracts/alerts.ts';
import { links } from '../../app/links.ts';

/** Where what an alert is about is shown; null where nothing shows it. */
export function placeOf({ object, task_id: taskId }: Pick<AlertView, 'object' | 'task_id'>): string | null {
  if (taskId !== null) return links.task(taskId);
  const at = object.indexOf(':');
  const id = object.slice(at + 1);
  switch (object.slice(0, at)) {
    case 'task':
      return links.task(id);
    case 'target':
      return links.target(id);
    case 'repository':
      return links.repository(id);
    case 'channel':
      return links.channels;
    default:
      return null;
  }
}
