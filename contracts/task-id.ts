import type { z } from 'zod';
import { line } from './common/text.ts';

/** Words that stand where an id stands in `/api/tasks/{taskId}`. */
export const RESERVED_TASK_IDS: readonly string[] = ['stats', 'type', 'register'];

export const MAX_TASK_ID_LENGTH = 255;

/**
 * A task's name in every path and script: 1 to 255 characters of any script, slashes, dots and emoji too
 * (percent-encoded in a path). Upper and lower case differ.
 */
export const TaskId = line(MAX_TASK_ID_LENGTH)
  .refine((text) => text === text.trim(), 'must not begin or end with white space')
  // A client may resolve them as parts of the path before it sends a request.
  .refine((text) => text !== '.' && text !== '..', 'must not be "." or ".."')
  .refine((text) => !RESERVED_TASK_IDS.includes(text), `must not be a reserved word: ${RESERVED_TASK_IDS.join(', ')}`)
  .brand<'TaskId'>()
  .meta({
    description:
      'Semantic id of a task, 1 to 255 characters. Any but control characters; no white space around it; ' +
      'not ".", "..", "stats", "type" or "register".',
    examples: ['prod-01-db'],
  });
export type TaskId = z.infer<typeof TaskId>;
