import { loadLinuxLibrary, type LinuxLibrary } from '../base/native/linux-library.ts';

/** A pointer as the native library gives it. */
export type Pointer = unknown;
type Call<Arguments extends readonly unknown[], Result> = (...args: Arguments) => Result;

/**
 * Functions of the OpenSSL that Node brings (its API for addons: EVP_EncryptInit(3), EVP_MAC(3)), called directly: a cipher
 * object of Node's costs 3 µs a message and copies its output, and Poly1305 is not among what Node offers, where OpenSSL's is three times as fast
 * as libsodium's. They answer 1 for success.
 */
export interface OpenSslCalls {
  readonly aes256Ctr: Pointer;
  readonly poly1305: Pointer;
  readonly newCipher: Call<[], Pointer>;
  /** Clears what it frees, the key among it. */
  readonly freeCipher: Call<[context: Pointer], void>;
  readonly initCipher: Call<
    [context: Pointer, type: Pointer, key: Uint8Array, iv: Uint8Array, encrypt: number, parameters: null],
    number
  >;
  readonly updateCipher: Call<
    [context: Pointer, out: Uint8Array, written: Int32Array, source: Uint8Array, length: number],
    number
  >;
  readonly newMac: Call<[type: Pointer], Pointer>;
  readonly freeMac: Call<[context: Pointer], void>;
  readonly initMac: Call<[context: Pointer, key: Uint8Array, length: number, parameters: null], number>;
  readonly updateMac: Call<[context: Pointer, message: Uint8Array, length: number], number>;
  readonly finishMac: Call<[context: Pointer, tag: Uint8Array, written: BigUint64Array, room: number], number>;
}

/** undefined where this Node has no such functions (Electron has another library), or they cannot be called. */
export function loadOpenSslCalls(): OpenSslCalls | undefined {
  const library = loadLinuxLibrary();
  if (!library) return undefined;
  try {
    return bind(library);
  } catch {
    return undefined;
  }
}

function bind({ symbols }: LinuxLibrary): OpenSslCalls {
  const pointer = 'void *';
  // Asked for once: OpenSSL would look for them by name for every message.
  const fetch = (call: string, name: string): Pointer => {
    const found: Pointer = symbols.func(call, pointer, [pointer, 'str', pointer])(null, name, null);
    if (!found) throw new TypeError(`OpenSSL has no ${name}.`);
    return found;
  };
  return {
    aes256Ctr: fetch('EVP_CIPHER_fetch', 'AES-256-CTR'),
    poly1305: fetch('EVP_MAC_fetch', 'POLY1305'),
    newCipher: symbols.func('EVP_CIPHER_CTX_new', pointer, []),
    freeCipher: symbols.func('EVP_CIPHER_CTX_free', 'void', [pointer]),
    initCipher: symbols.func('EVP_CipherInit_ex2', 'int', [pointer, pointer, pointer, pointer, 'int', pointer]),
    updateCipher: symbols.func('EVP_CipherUpdate', 'int', [pointer, pointer, pointer, pointer, 'int']),
    newMac: symbols.func('EVP_MAC_CTX_new', pointer, [pointer]),
    freeMac: symbols.func('EVP_MAC_CTX_free', 'void', [pointer]),
    initMac: symbols.func('EVP_MAC_init', 'int', [pointer, pointer, 'size_t', pointer]),
    updateMac: symbols.func('EVP_MAC_update', 'int', [pointer, pointer, 'size_t']),
    finishMac: symbols.func('EVP_MAC_final', 'int', [pointer, pointer, pointer, 'size_t']),
  };
}
