import { UsageError } from '../../failure.ts';
import { readTextInput } from '../input.ts';
import type { ServiceContext } from '../service-command.ts';

export interface PasswordWish {
  /** For the question: `anna at http://127.0.0.1:3000`. */
  readonly of: string;
  readonly flag: string;
  readonly path: string | undefined;
  /** Asked for twice. */
  readonly isNew?: boolean;
}

/** From the file that was named, `-` for standard input, else from a person at a terminal. */
export async function givenPassword(
  context: ServiceContext<object>,
  { of, flag, path, isNew }: PasswordWish,
): Promise<string> {
  if (path !== '-') return context.password({ of, option: { flag, path }, variables: [], isNew: isNew ?? false });
  // Only the line break that `echo` adds: blanks may belong to a password.
  const password = readTextInput('-', 'passwords').replace(/\r?\n$/, '');
  if (password === '') throw new UsageError(`No password for ${of} came from standard input.`);
  return password;
}
