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
  readonly freeCipher: Call<[context: Pointer], void>;
  readonly initCipher: Call<
    [context: Pointer, type: Pointer, engine: null, key: Uint8Array | null, iv: Uint8Array | null, encrypt: number],
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
  const aes256Ctr: Pointer = symbols.func('EVP_aes_256_ctr', pointer, [])();
  const poly1305: Pointer = symbols.func('EVP_MAC_fetch', pointer, [pointer, 'str', pointer])(null, 'POLY1305', null);
  if (!aes256Ctr || !poly1305) throw new TypeError('OpenSSL lacks a primitive.');
  return {
    aes256Ctr,
    poly1305,
    newCipher: symbols.func('EVP_CIPHER_CTX_new', pointer, []),
    freeCipher: symbols.func('EVP_CIPHER_CTX_free', 'void', [pointer]),
    initCipher: symbols.func('EVP_CipherInit_ex', 'int', [pointer, pointer, pointer, pointer, pointer, 'int']),
    updateCipher: symbols.func('EVP_CipherUpdate', 'int', [pointer, pointer, pointer, pointer, 'int']),
    newMac: symbols.func('EVP_MAC_CTX_new', pointer, [pointer]),
    freeMac: symbols.func('EVP_MAC_CTX_free', 'void', [pointer]),
    initMac: symbols.func('EVP_MAC_init', 'int', [pointer, pointer, 'size_t', pointer]),
    updateMac: symbols.func('EVP_MAC_update', 'int', [pointer, pointer, 'size_t']),
    finishMac: symbols.func('EVP_MAC_final', 'int', [pointer, pointer, pointer, 'size_t']),
  };
}
