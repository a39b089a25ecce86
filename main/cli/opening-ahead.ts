import { readFileSync, statSync } from 'node:fs';
import { decodePassword } from './password/decode-password.ts';
import { environmentPassword, REPOSITORY_VARIABLES, type Environment } from './password/environment-password.ts';

const MAX_PASSWORD_FILE_BYTES = 64 * 1024;

/** A folder that most likely holds a repository, and the password for it. */
export interface LikelyOpening {
  readonly folder: string;
  readonly password: Uint8Array;
}

/** What these words after `guardit repo` most likely open, found without understanding them. undefined: nobody knows. */
export function likelyOpening([, ...words]: readonly string[], environment: Environment): LikelyOpening | undefined {
  if (words.includes('--help') || words.includes('-h')) return undefined;
  const { passwordFile, others } = withoutPasswordFile(words);
  const location = others.find((word) => !word.startsWith('-'))?.replace(/^local:/, '');
  if (!location) return undefined;
  const password = passwordFile === undefined ? passwordOf(environment) : passwordIn(passwordFile);
  return password && password.length > 0 ? { folder: location, password } : undefined;
}

function withoutPasswordFile(words: readonly string[]): { passwordFile?: string; others: readonly string[] } {
  const at = words.findIndex((word) => /^(-p|--password-file$|--password-file=)/.test(word));
  const word = words[at];
  if (word === undefined) return { others: words };
  const isNext = word === '-p' || word === '--password-file';
  const passwordFile = isNext ? words[at + 1] : word.replace(/^(-p|--password-file=)/, '');
  return { passwordFile: passwordFile ?? '', others: words.toSpliced(at, isNext ? 2 : 1) };
}

function passwordOf(environment: Environment): Uint8Array | undefined {
  const found = environmentPassword(REPOSITORY_VARIABLES, environment);
  if (found === undefined) return undefined;
  return 'path' in found ? passwordIn(found.path) : Buffer.from(found.value);
}

/** Where a file that is open already is read on from where it stands. */
const OPEN_FILES = /^\/(dev\/(fd\/|std)|proc\/)/;

/** What can be read only once is not read by a guess. */
function passwordIn(path: string): Uint8Array | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > MAX_PASSWORD_FILE_BYTES || OPEN_FILES.test(path)) return undefined;
    return decodePassword(readFileSync(path));
  } catch {
    return undefined;
  }
}
