import { createRequire } from 'node:module';
import type { SecretProtector } from './secret-protector.ts';

type Koffi = typeof import('koffi');

/** Nobody is there to be asked. */
const CRYPTPROTECT_UI_FORBIDDEN = 0x1;

/** Of Windows's DATA_BLOB: how many bytes, and where. */
interface DataBlob {
  cbData: number;
  pbData: unknown;
}

type CryptCall = (
  data: { cbData: number; pbData: Uint8Array },
  description: null,
  entropy: null,
  reserved: null,
  prompt: null,
  flags: number,
  out: DataBlob,
) => boolean;

/**
 * Windows's DPAPI (CryptProtectData) in the scope of the account that runs GuardIT, not of the machine: another account gets nothing,
 * and what it sealed dies with the machine.
 */
export class DpapiProtector implements SecretProtector {
  readonly #koffi: Koffi;
  readonly #protect: CryptCall;
  readonly #unprotect: CryptCall;
  readonly #free: (memory: unknown) => unknown;
  readonly #lastError: () => number;

  static load(): DpapiProtector {
    return new DpapiProtector(createRequire(import.meta.url)('koffi') as Koffi);
  }

  constructor(koffi: Koffi) {
    this.#koffi = koffi;
    const [crypt, kernel] = [koffi.load('crypt32.dll'), koffi.load('kernel32.dll')];
    const blob = koffi.struct({ cbData: 'uint32_t', pbData: 'void *' });
    const types = [
      koffi.pointer(blob),
      'str16',
      'void *',
      'void *',
      'void *',
      'uint32_t',
      koffi.out(koffi.pointer(blob)),
    ];
    this.#protect = crypt.func('__stdcall', 'CryptProtectData', 'bool', types) as CryptCall;
    this.#unprotect = crypt.func('__stdcall', 'CryptUnprotectData', 'bool', types) as CryptCall;
    this.#free = kernel.func('__stdcall', 'LocalFree', 'void *', ['void *']);
    this.#lastError = kernel.func('__stdcall', 'GetLastError', 'uint32_t', []) as () => number;
  }

  protect(value: Uint8Array): Buffer {
    return this.#call(this.#protect, 'CryptProtectData', value);
  }

  unprotect(sealed: Uint8Array): Buffer {
    return this.#call(this.#unprotect, 'CryptUnprotectData', sealed);
  }

  #call(call: CryptCall, name: string, input: Uint8Array): Buffer {
    const out: DataBlob = { cbData: 0, pbData: null };
    const isDone = call(
      { cbData: input.length, pbData: input },
      null,
      null,
      null,
      null,
      CRYPTPROTECT_UI_FORBIDDEN,
      out,
    );
    if (!isDone) throw new Error(`${name} failed with code ${this.#lastError()}.`);
    try {
      const bytes = this.#koffi.decode(out.pbData, this.#koffi.array('uint8_t', out.cbData, 'Typed')) as Uint8Array;
      return Buffer.from(bytes);
    } finally {
      this.#free(out.pbData);
    }
  }
}
