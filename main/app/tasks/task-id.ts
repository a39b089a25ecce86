import { RESERVED_TASK_IDS, type TaskId } from '../../../contracts/task-id.ts';

const MAX_SLUG_LENGTH = 80;

/** A task_id made of a name: `Log Cleanup (täglich)` becomes `log-cleanup-taglich`. Always a valid TaskId. */
export function slugOf(name: string): TaskId {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    // Accents of Latin, Greek and Cyrillic letters. The marks of other scripts are no ornament and stay.
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const slug = withoutHyphens([...withoutHyphens(words)].slice(0, MAX_SLUG_LENGTH).join(''));
  if (slug === '') return 'task' as TaskId;
  // Digits alone would hide the task that has them as its numeric id.
  return (/^\p{N}+$/u.test(slug) ? `task-${slug}` : slug) as TaskId;
}

/** The slug itself, or with the first of -2, -3, … that is free. */
export function freeSlug(slug: TaskId, taken: ReadonlySet<string>): TaskId {
  const isFree = (id: string) => !taken.has(id) && !RESERVED_TASK_IDS.includes(id);
  if (isFree(slug)) return slug;
  let number = 2;
  while (!isFree(`${slug}-${number}`)) number++;
  return `${slug}-${number}` as TaskId;
}

/** The numeric id that a path may name instead of a task_id; null for anything else. */
export function numericIdOf(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function withoutHyphens(text: string): string {
  return text.replace(/^-+/, '').replace(/-+$/, '');
}
