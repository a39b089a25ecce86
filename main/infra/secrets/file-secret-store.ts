import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_NAME } from '../../../contracts/actions.ts';
import { MAX_SECRET_BYTES, SecretError } from '../../app/secrets/ports.ts';
import type { SecretStore } from '../../app/secrets/ports.ts';
import { MOST_SEALING_BYTES, openValue, sealValue } from './sealed-value.ts';
import { systemProtector, type SecretProtector } from './secret-protector.ts';
import { replaceFile, STAGED_FILE, syncFolder, systemErrorCode } from '../files/durable-file.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const MAX_FILE_BYTES = MAX_SECRET_BYTES + MOST_SEALING_BYTES;
const [PREFIX, SUFFIX] = ['s-', '.secret'];

/**
 * One file a secret, for the account that runs GuardIT only. Where the operating system keeps keys for accounts, the value is
 * encrypted by it; elsewhere it is the file's content as it is. An admin may put one there by hand in either case (then without
 * a line break at the end, unless that is part of it).
 */
export class FileSecretStore implements SecretStore {
  readonly #folder: string;
  readonly #protector: SecretProtector | null;

  constructor(folder: string, protector: SecretProtector | null = systemProtector()) {
    this.#folder = folder;
    this.#protector = protector;
  }

  async read(name: string): Promise<string> {
    const path = this.#path(name);
    try {
      // A link would let whoever can place one read any file as a secret.
      const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        const value = openValue(await readWhole(handle, name), this.#protector);
        if (value.length > MAX_SECRET_BYTES) throw tooLarge(name);
        return value.toString('utf8');
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') throw notFound(name);
      throw unreadable(name, error);
    }
  }

  async has(name: string): Promise<boolean> {
    const wanted = fileName(name);
    return (await this.#files()).includes(wanted);
  }

  async write(name: string, value: string): Promise<void> {
    const path = this.#path(name);
    const bytes = Buffer.from(value);
    if (bytes.length > MAX_SECRET_BYTES) throw tooLarge(name);
    try {
      const content = sealValue(bytes, this.#protector);
      await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
      // Somebody may have made the folder, with other rights.
      await chmod(this.#folder, FOLDER_MODE);
      await this.#sweepStaged();
      await replaceFile(path, content, FILE_MODE);
    } catch (error) {
      throw unwritable(name, error);
    }
  }

  async delete(name: string): Promise<boolean> {
    const path = this.#path(name);
    try {
      await rm(path);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw unreadable(name, error);
    }
    await syncFolder(this.#folder);
    return true;
  }

  async list(): Promise<string[]> {
    const names = (await this.#files()).flatMap((file) => {
      const name = decodeName(file);
      return name === null ? [] : [name];
    });
    return names.sort();
  }

  /**
   * Writes what the system has sealed into another folder as it is, one file a secret: a seal dies with its machine, and a backup
   * is for another one. Nothing where nothing is sealed.
   */
  async exportOpened(folder: string): Promise<void> {
    if (!this.#protector) return;
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    for (const name of await this.list()) {
      await replaceFile(join(folder, fileName(name)), Buffer.from(await this.read(name)), FILE_MODE);
    }
  }

  /** Stores each value anew, sealed for this account where the system can: after files came from another machine. */
  async sealAll(): Promise<void> {
    if (!this.#protector) return;
    for (const name of await this.list()) await this.write(name, await this.read(name));
  }

  #path(name: string): string {
    return join(this.#folder, fileName(name));
  }

  async #files(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      const code = systemErrorCode(error) ?? 'unknown error';
      if (code === 'ENOENT') return [];
      throw new SecretError('secret_unreadable', `The secrets could not be listed: ${code}.`, error);
    }
  }

  /** A crash in the middle of a write leaves a value under no name. Writes come from one process, one after the other. */
  async #sweepStaged(): Promise<void> {
    for (const file of await this.#files()) {
      if (STAGED_FILE.test(file)) await rm(join(this.#folder, file), { force: true });
    }
  }
}

/** The prefix keeps Windows's device names away; capitals are marked, since not every file system tells them apart. */
function fileName(name: string): string {
  if (!SECRET_NAME.test(name)) {
    const shown = JSON.stringify(name.slice(0, 120));
    const message = `${shown} can't name a secret. Use letters, digits, ".", "_" and "-", at most 100, a letter or digit first.`;
    throw new SecretError('invalid_secret_name', message);
  }
  return `${PREFIX}${name.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)}${SUFFIX}`;
}

function decodeName(file: string): string | null {
  if (!file.startsWith(PREFIX) || !file.endsWith(SUFFIX)) return null;
  const encoded = file.slice(PREFIX.length, -SUFFIX.length);
  const name = encoded.replace(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return SECRET_NAME.test(name) && fileName(name) === file ? name : null;
}

async function readWhole(handle: Awaited<ReturnType<typeof open>>, name: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (length > MAX_FILE_BYTES) throw tooLarge(name);
    if (bytesRead === 0) return buffer.subarray(0, length);
  }
}

function notFound(name: string): SecretError {
  return new SecretError('secret_not_found', `There is no secret "${name}". Store it first.`);
}

function tooLarge(name: string): SecretError {
  return new SecretError('secret_too_large', `Secret "${name}" is larger than ${MAX_SECRET_BYTES} bytes.`);
}

function unwritable(name: string, error: unknown): SecretError {
  const code = systemErrorCode(error) ?? 'unknown error';
  if (code !== 'ENOSPC' && code !== 'EDQUOT') {
    return new SecretError('secret_unreadable', `Secret "${name}" could not be stored: ${code}.`, error);
  }
  const message = `There is no room to store secret "${name}". Free some space on the disk of the data folder.`;
  return new SecretError('secret_storage_full', message, error);
}

function unreadable(name: string, error: unknown): SecretError {
  if (error instanceof SecretError) return error;
  const reason = systemErrorCode(error) ?? (error instanceof Error ? error.message : 'unknown error');
  return new SecretError('secret_unreadable', `Secret "${name}" could not be read or removed: ${reason}.`, error);
}
