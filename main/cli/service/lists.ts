import { UsageError } from '../failure.ts';

/** `postgres,files` as seed 5 writes it; blanks around names don't count. */
export function namesOf(text: string | undefined, what: string): string[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  if (given.length === 0) throw new UsageError(`Name ${what}, several with commas between them.`);
  return given;
}
