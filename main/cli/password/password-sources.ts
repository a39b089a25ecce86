import { UsageError } from '../failure.ts';
import { environmentPassword, type Environment } from './environment-password.ts';
import { readPasswordFile } from './password-file.ts';
import { promptForPassword, type PromptTerminal } from './prompt.ts';

/** Whose password it is decides where it may come from. */
export interface PasswordRequest {
  /** For prompts and messages: `the repository`. */
  readonly of: string;
  /** The option that names a password file, and its value. */
  readonly option: { readonly flag: string; readonly path: string | undefined };
  /** Variables before `_FILE`, in order: `GUARDIT_PASSWORD`, `RESTIC_PASSWORD`. */
  readonly variables: readonly string[];
  /** A password that is being set is asked for twice. */
  readonly isNew?: boolean;
  /** Why a terminal can't be asked, when it can't: its input is the data. */
  readonly promptRefusal?: string | undefined;
}

/**
 * The file named by the option, else the environment (a file before a value, as in restic), else a person at a terminal.
 * Never the command line: every user of the machine can read that.
 */
export async function obtainPassword(
  request: PasswordRequest,
  environment: Environment,
  terminal: PromptTerminal,
): Promise<Uint8Array | string> {
  if (request.option.path !== undefined) return readPasswordFile(request.option.path);
  const found = environmentPassword(request.variables, environment);
  if (found) return 'path' in found ? readPasswordFile(found.path) : found.value;
  if (request.promptRefusal === undefined && terminal.isInteractive) return ask(request, terminal);
  const [variable = ''] = request.variables;
  const environmentHint = variable ? `, or set ${variable}_FILE or ${variable}` : '';
  const because = request.promptRefusal ?? 'there is no terminal to ask on';
  throw new UsageError(`No password for ${request.of}: ${because}. Use ${request.option.flag} FILE${environmentHint}.`);
}

async function ask(request: PasswordRequest, terminal: PromptTerminal): Promise<string> {
  const password = await promptForPassword(
    terminal,
    `${request.isNew ? 'New password' : 'Password'} for ${request.of}: `,
  );
  if (password === '') throw new UsageError('An empty password is refused.');
  if (request.isNew && (await promptForPassword(terminal, 'The same password again: ')) !== password) {
    throw new UsageError('The two passwords differ. Nothing was changed.');
  }
  return password;
}
