import { randomBytes, scrypt } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import { ENCRYPT_KEY_BYTES, MAC_KEY_BYTES } from './master-key.ts';
import type { MasterKey } from './master-key.ts';

/** Costs of the password function. Memory is about `128 * N * r` bytes, time grows with `N * r * p`. */
export interface ScryptParams {
  /** A power of two, more than 1. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** For tests only: about 2 ms, and no protection worth the name. restic accepts it. */
export const TEST_SCRYPT: ScryptParams = { N: 1024, r: 8, p: 1 };

export const SALT_BYTES = 64;
const DERIVED_BYTES = ENCRYPT_KEY_BYTES + 2 * MAC_KEY_BYTES;

// A key file is read before anything vouches for it: whoever can write to the repository chooses these numbers.
const MAX_MEMORY_BYTES = 1024 ** 3;
// 128 times what restic calibrates to on a machine of 2025; about a minute.
const MAX_WORK = 2 ** 28;
// What nobody has asked for yet may keep a process from ending: twice what restic calibrates to, at most.
const MAX_WORK_AHEAD = 2 ** 22;

/** Says what is wrong with untrusted costs, or returns undefined. */
export function scryptDefect({ N, r, p }: ScryptParams): string | undefined {
  if (![N, r, p].every((value) => Number.isSafeInteger(value) && value >= 1)) {
    return 'N, r and p must be positive whole numbers';
  }
  // Math.log2 is exact for powers of two; bit operations would look at 32 bits only.
  if (N < 2 || !Number.isInteger(Math.log2(N))) return 'N is not a power of two above 1';
  if (memoryBytes({ N, r, p }) > MAX_MEMORY_BYTES) return 'N, r and p ask for more than 1 GiB of memory';
  if (N * r * p > MAX_WORK) return 'N, r and p ask for an absurd amount of work';
  return undefined;
}

/** Runs on Node's thread pool. `salt` has 64 bytes; a text password is taken as UTF-8, without normalisation. */
export async function deriveKey(
  password: Uint8Array | string,
  salt: Uint8Array,
  params: ScryptParams,
): Promise<MasterKey> {
  const derived = await (takeAhead(password, salt, params) ?? runScrypt(password, salt, params));
  return {
    encrypt: derived.subarray(0, ENCRYPT_KEY_BYTES),
    macK: derived.subarray(ENCRYPT_KEY_BYTES, ENCRYPT_KEY_BYTES + MAC_KEY_BYTES),
    macR: derived.subarray(ENCRYPT_KEY_BYTES + MAC_KEY_BYTES),
  };
}

/** A derivation that runs for whoever will ask for the same. */
interface Ahead extends ScryptParams {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly derived: Promise<Buffer>;
}

let ahead: Ahead | undefined;

/** Begins a derivation that is most likely asked for soon. Does nothing for costs that are unusual. */
export function deriveAhead(password: Uint8Array, salt: Uint8Array, { N, r, p }: ScryptParams): void {
  if (scryptDefect({ N, r, p }) !== undefined || N * r * p > MAX_WORK_AHEAD) return;
  const derived = runScrypt(password, salt, { N, r, p });
  // Whoever asks for it hears of a failure.
  derived.catch(() => undefined);
  ahead = { password, salt, N, r, p, derived };
}

/** Once: whoever gets the key wipes it. */
function takeAhead(password: Uint8Array | string, salt: Uint8Array, params: ScryptParams): Promise<Buffer> | undefined {
  if (!ahead || ahead.N !== params.N || ahead.r !== params.r || ahead.p !== params.p) return undefined;
  const { derived } = ahead;
  const isSame = Buffer.from(password).equals(ahead.password) && Buffer.from(salt).equals(ahead.salt);
  if (isSame) ahead = undefined;
  return isSame ? derived : undefined;
}

/**
 * Chooses costs that take about 500 ms here and 32 MiB, as restic does: its N and r, and as many rounds `p` as fit.
 * Never less than three rounds, so that a machine which happens to be busy does not make a weak key file.
 */
export async function calibrateScrypt(): Promise<ScryptParams> {
  const targetMs = 500;
  const single: ScryptParams = { N: 32768, r: 8, p: 1 };
  const salt = randomBytes(SALT_BYTES);
  let roundMs = Infinity;
  // The first run also pays for fresh memory, and any run may be disturbed: the fastest of two is nearest to the truth.
  for (let run = 0; run < 2; run++) {
    const startMs = performance.now();
    await runScrypt('calibration', salt, single);
    roundMs = Math.min(roundMs, performance.now() - startMs);
  }
  return { ...single, p: Math.min(64, Math.max(3, Math.round(targetMs / roundMs))) };
}

function memoryBytes({ N, r, p }: ScryptParams): number {
  return 128 * r * (N + 2) + 128 * r * p;
}

function runScrypt(password: Uint8Array | string, salt: Uint8Array, params: ScryptParams): Promise<Buffer> {
  const defect = scryptDefect(params);
  if (defect !== undefined) throw new EngineError('invalid_argument', `Costs of the password function: ${defect}.`);
  // Node's default limit of 32 MiB refuses restic's usual N=32768, r=8.
  const maxmem = memoryBytes(params) + 1024 ** 2;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, DERIVED_BYTES, { ...params, maxmem }, (error, derived) => {
      if (!error) resolve(derived);
      else
        reject(
          new EngineError('internal', `The key could not be derived from the password: ${error.message}`, {
            cause: error,
          }),
        );
    });
  });
}
