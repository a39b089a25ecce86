import { dirname } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { byteString, rawFromByteString, type RawPath } from '../base/raw-path.ts';
import { statEntry, type EntryStat } from './file-metadata.ts';

/**
 * --one-file-system: an entry must be on the device of the nearest backup target at or above it.
 * A folder that something else is mounted on stays, empty, so that a restored tree has its mount points; what is
 * mounted inside and belongs to the target's device again (a bind mount) is saved.
 */
export class FileSystemBoundary {
  readonly #devices = new Map<string, bigint>();
  // Entries come folder by folder.
  #lastFolder: string | undefined;
  #lastDevice: bigint | undefined;

  /** `targets`: absolute and clean. Each must exist. */
  constructor(targets: readonly RawPath[], platform: NodeJS.Platform = process.platform) {
    if (platform === 'win32') {
      throw new EngineError('invalid_argument', 'Staying on one file system is not supported on Windows.');
    }
    for (const target of targets) this.#devices.set(byteString(target), statEntry(target).device);
  }

  rejects(path: RawPath, stat: EntryStat): boolean {
    const text = byteString(path);
    const folder = dirname(text);
    const own = this.#devices.get(text);
    if (stat.device === (own ?? this.#deviceAt(folder))) return false;
    return stat.type !== 'dir' || !this.#isAllowedFolder(folder);
  }

  #isAllowedFolder(folder: string): boolean {
    try {
      return statEntry(rawFromByteString(folder)).device === this.#deviceAt(folder);
    } catch {
      return false;
    }
  }

  #deviceAt(folder: string): bigint | undefined {
    if (folder !== this.#lastFolder) {
      this.#lastFolder = folder;
      this.#lastDevice = this.#nearestDevice(folder);
    }
    return this.#lastDevice;
  }

  #nearestDevice(folder: string): bigint | undefined {
    for (let path = folder; ; path = dirname(path)) {
      const device = this.#devices.get(path);
      if (device !== undefined || path === dirname(path)) return device;
    }
  }
}
