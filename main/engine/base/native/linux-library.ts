import { createRequire } from 'node:module';
import { rawBytes, rawText, type RawPath } from '../raw-path.ts';
import { openPrebuiltAddon } from './prebuilt-addon.ts';
import { SystemCallError } from './system-call-error.ts';

type Koffi = typeof import('koffi');
export type NativeFunction = (...args: readonly unknown[]) => number;

/** What is linked into this process, called from this thread. */
export interface LinuxLibrary {
  /** The C library's functions, and Node's own OpenSSL's. Throws for a name that is not there. */
  readonly symbols: ReturnType<Koffi['load']>;
  /** Of the last call that failed. */
  readonly errno: () => number;
}

let loaded: LinuxLibrary | null | undefined;

/** One a thread: 3 ms, 1 MB. undefined where this is not Linux, or the native library does not load. */
export function loadLinuxLibrary(): LinuxLibrary | undefined {
  if (loaded === undefined) loaded = load() ?? null;
  return loaded ?? undefined;
}

function load(): LinuxLibrary | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const koffi = loadKoffi();
    shrinkCallMemory(koffi);
    return { symbols: koffi.load(null), errno: () => koffi.errno() };
  } catch {
    return undefined;
  }
}

function loadKoffi(): Koffi {
  const system = `linux-${process.arch}`;
  const addon = openPrebuiltAddon(`@koromix/koffi-${system}`, `linux_${process.arch}/koffi.node`);
  return isKoffi(addon) ? addon : (createRequire(import.meta.url)('koffi') as Koffi);
}

function isKoffi(value: unknown): value is Koffi {
  if (typeof value !== 'object' || value === null) return false;
  return ['load', 'errno', 'config'].every((name) => typeof Reflect.get(value, name) === 'function');
}

/** The defaults (3 MB a thread) are meant for deep callbacks; these calls need a few hundred bytes. */
function shrinkCallMemory(koffi: Koffi): void {
  try {
    koffi.config({ sync_stack_size: 64 * 1024, sync_heap_size: 64 * 1024, resident_async_pools: 1 });
  } catch {
    // Refused once any call was made in this thread: another user of the library came first, its memory stays.
  }
}

/**
 * Writes a NUL-terminated copy. A NUL inside would silently name another file, and a cut-off path too: both throw, the latter with the
 * code `tooLong`. `object` is what the error names.
 */
export function putCString(into: Buffer, syscall: string, raw: RawPath, tooLong: string, object = raw): Buffer {
  if (raw.includes('\0')) throw new SystemCallError(syscall, 'EINVAL', rawText(object));
  // No text is longer in bytes than three times its UTF-16 units.
  const mayNotFit = raw.length * 3 >= into.length;
  if (mayNotFit && rawBytes(raw).length >= into.length) throw new SystemCallError(syscall, tooLong, rawText(object));
  const length = typeof raw === 'string' ? into.write(raw, 0, 'utf8') : raw.copy(into);
  into[length] = 0;
  return into;
}
