import type { Backend, FileRef } from '../backend/backend.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { KeyId, PackId } from '../base/ids.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import { calibrateScrypt, type ScryptParams } from '../crypto/key-file.ts';
import { generateMasterKey, type MasterKey } from '../crypto/master-key.ts';
import { Sealer } from '../crypto/sealer.ts';
import { decodeConfig, encodeConfig, newConfig, type RepositoryConfig, type RepositoryVersion } from './config.ts';
import {
  addKey,
  listKeys,
  openAnyKey,
  removeKey,
  type AddKeyOptions,
  type KeyInfo,
  type Password,
} from './key-ring.ts';
import { RepositoryLock, type LockMode, type LockOptions } from './repository-lock.ts';
import { unlockRepository, type UnlockOptions } from './unlock.ts';
import { UnpackedStore } from './unpacked-store.ts';

export interface InitOptions {
  readonly password: Password;
  readonly version?: RepositoryVersion;
  /** Taken over from another repository so that `copy` between the two deduplicates. */
  readonly chunkerPolynomial?: bigint;
  /** Only tests choose cheap parameters. */
  readonly scrypt?: ScryptParams;
  readonly signal?: AbortSignal;
}

export interface OpenOptions {
  readonly password: Password;
  readonly keyHint?: KeyId;
  readonly signal?: AbortSignal;
}

const CONFIG: FileRef = { type: 'config' };

/** An open repository: its config, its keys, its unpacked files. Blobs and indexes are read by the rooms above. */
export class Repository {
  readonly backend: Backend;
  readonly config: RepositoryConfig;
  readonly masterKey: MasterKey;
  readonly sealer: Sealer;
  readonly zstd: ZstdCodec;
  readonly unpacked: UnpackedStore;
  #keyId: KeyId;

  private constructor(backend: Backend, config: RepositoryConfig, masterKey: MasterKey, keyId: KeyId) {
    this.backend = backend;
    this.config = config;
    this.masterKey = masterKey;
    this.#keyId = keyId;
    this.sealer = new Sealer(masterKey);
    this.zstd = new ZstdCodec();
    this.unpacked = new UnpackedStore(backend, config.version, this.sealer, this.zstd);
  }

  /**
   * Makes a repository. The key is written first and the config last: a crash in between leaves a folder that is no
   * repository yet, and a second `init` works (repository-format, section 4). Errors: `repository_exists`.
   */
  static async init(backend: Backend, options: InitOptions): Promise<Repository> {
    const { signal } = options;
    await refuseExisting(backend, signal);
    await backend.create(signal);
    await sweepUnfinishedInit(backend, signal);
    const config = newConfig(options.version ?? 2, options.chunkerPolynomial);
    const masterKey = generateMasterKey();
    const scrypt = options.scrypt ?? (await calibrateScrypt());
    const keyId = await addKey(backend, masterKey, options.password, { scrypt, ...(signal ? { signal } : {}) });
    await backend.write(CONFIG, new Sealer(masterKey).seal(encodeConfig(config)), signal);
    return new Repository(backend, config, masterKey, keyId);
  }

  /** Errors: `repository_not_found`, `wrong_password`, `corrupt`, `unsupported_version`. */
  static async open(backend: Backend, options: OpenOptions): Promise<Repository> {
    const { signal } = options;
    const stored = await readConfig(backend, signal);
    const { masterKey, keyId } = await openAnyKey(backend, options.password, {
      ...(options.keyHint ? { keyHint: options.keyHint } : {}),
      ...(signal ? { signal } : {}),
    });
    const config = decodeConfig(openConfig(stored, masterKey, backend.location), backend.location);
    return new Repository(backend, config, masterKey, keyId);
  }

  get location(): string {
    return this.backend.location;
  }

  /** The key file that opened this repository. */
  get keyId(): KeyId {
    return this.#keyId;
  }

  lock(mode: LockMode, options?: LockOptions): Promise<RepositoryLock> {
    return RepositoryLock.acquire(this.unpacked, this.location, mode, options);
  }

  /** Runs `work` under a lock and releases it whatever happens; `signal` joins the caller's and the lock's. */
  async withLock<Result>(
    mode: LockMode,
    options: LockOptions,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const lock = await this.lock(mode, options);
    try {
      return await work(options.signal ? AbortSignal.any([options.signal, lock.signal]) : lock.signal);
    } catch (error) {
      if (lock.signal.aborted && isEngineError(error, 'cancelled')) throw lock.signal.reason;
      throw error;
    } finally {
      await lock.release();
    }
  }

  unlock(options?: UnlockOptions) {
    return unlockRepository(this.unpacked, options);
  }

  listKeys(signal?: AbortSignal): Promise<KeyInfo[]> {
    return listKeys(this.backend, this.keyId, signal);
  }

  addKey(password: Password, options?: AddKeyOptions): Promise<KeyId> {
    return addKey(this.backend, this.masterKey, password, options);
  }

  removeKey(id: KeyId, signal?: AbortSignal): Promise<void> {
    return removeKey(this.backend, this.keyId, id, signal);
  }

  /** Adds a key for the new password, proves it, then deletes the key that opened this repository. */
  async changePassword(password: Password, options?: AddKeyOptions): Promise<KeyId> {
    const previous = this.#keyId;
    this.#keyId = await this.addKey(password, options);
    await this.backend.remove({ type: 'key', id: previous });
    return this.#keyId;
  }

  packRef(id: PackId): FileRef {
    return { type: 'pack', id };
  }

  async close(): Promise<void> {
    this.zstd.close();
    await this.backend.close();
  }
}

async function refuseExisting(backend: Backend, signal?: AbortSignal): Promise<void> {
  try {
    await backend.stat(CONFIG, signal);
  } catch (error) {
    if (isEngineError(error, 'not_found')) return;
    throw error;
  }
  throw new EngineError('repository_exists', `${backend.location} already holds a repository; nothing was changed.`);
}

/**
 * No config: either an `init` that died between key and config, whose key is swept (it wraps another master key and would
 * be tried first at every later open), or a repository that lost its config, which a new config would destroy for good.
 */
async function sweepUnfinishedInit(backend: Backend, signal?: AbortSignal): Promise<void> {
  for (const type of ['snapshot', 'index', 'pack'] as const) {
    const files = await listIfThere(backend, type, signal);
    if (files.length === 0) continue;
    throw new EngineError(
      'repository_exists',
      `${backend.location} holds ${files.length} ${type} file(s) but no config file: a damaged repository. Nothing was changed.`,
    );
  }
  const keys = await listIfThere(backend, 'key', signal);
  for (const key of keys) await backend.remove({ type: 'key', id: key.id }, signal);
}

/** A location where there is nothing at all yet holds no objects; everywhere else that is an error. */
async function listIfThere(backend: Backend, type: Exclude<FileRef['type'], 'config'>, signal?: AbortSignal) {
  try {
    return await backend.list(type, signal);
  } catch (error) {
    if (isEngineError(error, 'repository_not_found')) return [];
    throw error;
  }
}

async function readConfig(backend: Backend, signal?: AbortSignal): Promise<Buffer> {
  try {
    return await backend.read(CONFIG, undefined, signal);
  } catch (error) {
    if (!isEngineError(error, 'not_found')) throw error;
    throw new EngineError(
      'repository_not_found',
      `There is no repository at ${backend.location}: it has no config file. Check the location, or make one with ` +
        '"guardit repo init".',
      { cause: error },
    );
  }
}

function openConfig(stored: Buffer, masterKey: MasterKey, location: string): Buffer {
  try {
    return new Sealer(masterKey).open(stored);
  } catch (error) {
    throw new EngineError(
      'corrupt',
      `The config of repository ${location} is damaged: ciphertext verification failed.`,
      {
        cause: error,
      },
    );
  }
}
