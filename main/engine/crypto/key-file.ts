import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { EngineError } from '../base/errors.ts';
import { assertValidMasterKey, isAllZero } from './master-key.ts';
import type { MasterKey } from './master-key.ts';
import { IV_BYTES } from './primitive-lengths.ts';
import { calibrateScrypt, deriveKey, SALT_BYTES, scryptDefect } from './scrypt.ts';
import type { ScryptParams } from './scrypt.ts';
import { SEAL_OVERHEAD, Sealer } from './sealer.ts';

export { calibrateScrypt, TEST_SCRYPT } from './scrypt.ts';
export type { ScryptParams } from './scrypt.ts';

/** A key file's content, checked (repository-format, section 4). It wraps the master key with a password. */
export interface KeyFile extends ScryptParams {
  /** RFC 3339 text as it was stored; empty when the file has none. */
  readonly created: string;
  readonly username: string;
  readonly hostname: string;
  readonly kdf: 'scrypt';
  /** 64 bytes. */
  readonly salt: Buffer;
  /** The sealed JSON of the master key, typically 160 bytes. */
  readonly data: Buffer;
}

export interface KeyFileOptions {
  readonly hostname: string;
  readonly username: string;
  /** Default: calibrated for this machine, which takes a fraction of a second. */
  readonly params?: ScryptParams;
  readonly created?: Date;
}

// The real thing has about 500 bytes. Names are the only part that can be long.
const MAX_KEY_FILE_BYTES = 1024 ** 2;

// Padded standard alphabet only: restic refuses every other form, for everybody who opens the repository.
const base64Bytes = z.pipe(
  z
    .string()
    .check(
      z.refine((text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'not padded standard base64'),
    ),
  z.transform((text: string) => Buffer.from(text, 'base64')),
);

const keyFileSchema = z.object({
  created: z._default(z.iso.datetime({ offset: true }), ''),
  username: z._default(z.string(), ''),
  hostname: z._default(z.string(), ''),
  kdf: z.literal('scrypt'),
  N: z.int(),
  r: z.int(),
  p: z.int(),
  salt: base64Bytes,
  data: base64Bytes,
});

const masterKeySchema = z.object({
  mac: z.object({ k: base64Bytes, r: base64Bytes }),
  encrypt: base64Bytes,
});

/** Throws `corrupt` on any defect, a foreign password function included. */
export function parseKeyFile(bytes: Uint8Array): KeyFile {
  if (bytes.length > MAX_KEY_FILE_BYTES) throw keyFileError(`it has ${bytes.length} bytes`);
  const file = parseJson(keyFileSchema, bytes, keyFileError);
  const costDefect = scryptDefect(file);
  if (costDefect !== undefined) throw keyFileError(costDefect);
  if (file.salt.length !== SALT_BYTES)
    throw keyFileError(`its salt has ${file.salt.length} bytes instead of ${SALT_BYTES}`);
  if (file.data.length < SEAL_OVERHEAD) throw keyFileError(`its data have only ${file.data.length} bytes`);
  // Checked here, so that in openKeyFile a failed verification can mean a wrong password only.
  if (isAllZero(file.data.subarray(0, IV_BYTES))) throw keyFileError('the nonce of its data is invalid');
  return file;
}

/**
 * Unwraps the master key; the password function runs on the thread pool. Throws `wrong_password` when the password does not
 * fit this file (another file of the repository may still fit), and `corrupt` when it fits but the content is damaged.
 */
export async function openKeyFile(file: KeyFile, password: Uint8Array | string): Promise<MasterKey> {
  const passwordKey = await deriveKey(password, file.salt, file);
  const sealer = new Sealer(passwordKey);
  wipe(passwordKey);
  if (!sealer.verify(file.data)) {
    throw new EngineError('wrong_password', 'The password does not fit this key of the repository.');
  }
  const plain = sealer.open(file.data);
  const { mac, encrypt } = parseJson(masterKeySchema, plain, masterKeyError);
  plain.fill(0);
  const master: MasterKey = { encrypt, macK: mac.k, macR: mac.r };
  assertValidMasterKey(master);
  return master;
}

/** Returns the JSON text as restic writes it. The file's name is the SHA-256 of these bytes. */
export async function makeKeyFile(
  master: MasterKey,
  password: Uint8Array | string,
  options: KeyFileOptions,
): Promise<Buffer> {
  assertValidMasterKey(master);
  const { N, r, p } = options.params ?? (await calibrateScrypt());
  const salt = randomBytes(SALT_BYTES);
  const passwordKey = await deriveKey(password, salt, { N, r, p });
  const plain = Buffer.from(
    JSON.stringify({ mac: { k: base64(master.macK), r: base64(master.macR) }, encrypt: base64(master.encrypt) }),
  );
  const data = new Sealer(passwordKey).seal(plain);
  plain.fill(0);
  wipe(passwordKey);
  const created = (options.created ?? new Date()).toISOString();
  const { username, hostname } = options;
  return Buffer.from(
    JSON.stringify({ created, username, hostname, kdf: 'scrypt', N, r, p, salt: base64(salt), data: base64(data) }),
  );
}

function parseJson<Schema extends z.ZodMiniType>(
  schema: Schema,
  bytes: Uint8Array,
  defect: (what: string) => EngineError,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    // The parser's message quotes the text, which may be a key.
    throw defect('it is not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the whole text');
  throw defect(`unusable: ${fields.join(', ')}`);
}

function keyFileError(what: string): EngineError {
  return new EngineError(
    'corrupt',
    `Key file: ${what}. Restore it from a copy of the repository's keys folder, or use another key.`,
  );
}

function masterKeyError(what: string): EngineError {
  return new EngineError('corrupt', `Key file: the password fits, but the key inside cannot be used: ${what}.`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function wipe(key: MasterKey): void {
  for (const part of [key.encrypt, key.macK, key.macR]) part.fill(0);
}
