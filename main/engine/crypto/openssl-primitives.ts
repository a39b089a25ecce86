import { EngineError } from '../base/errors.ts';
import { giveKnownAnswers } from './known-answers.ts';
import { loadOpenSslCalls, type OpenSslCalls, type Pointer } from './openssl-calls.ts';
import {
  assertLength,
  assertRoomFor,
  CONTENT_KEY_BYTES,
  IV_BYTES,
  ONE_TIME_KEY_BYTES,
  TAG_BYTES,
} from './primitive-lengths.ts';
import type { CryptoPrimitives, CtrCipher, CtrStream, MacStream, OneTimeMac } from './primitives.ts';

/** OpenSSL counts a call's bytes in an int. */
const MAX_CALL_BYTES = 2 ** 30;

/** undefined where OpenSSL cannot be called directly, or does not give the answers that the standards print. */
export function loadOpenSslPrimitives(): CryptoPrimitives | undefined {
  const calls = loadOpenSslCalls();
  if (!calls) return undefined;
  const found: CryptoPrimitives = { ctr: (key) => new OpenSslCtr(calls, key), mac: new OpenSslMac(calls) };
  try {
    return giveKnownAnswers(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A context for each message, freed at its end: 0.3 µs more than to keep one, which nobody would free when its thread is stopped, with a
 * key in it.
 */
class OpenSslCtr implements CtrCipher {
  readonly #calls: OpenSslCalls;
  readonly #key: Uint8Array;

  constructor(calls: OpenSslCalls, key: Uint8Array) {
    assertLength('A content key', key, CONTENT_KEY_BYTES);
    this.#calls = calls;
    this.#key = Uint8Array.from(key);
  }

  crypt(iv: Uint8Array, source: Uint8Array, out: Uint8Array): void {
    const stream = new OpenSslCtrStream(this.#calls, this.#key, iv);
    try {
      stream.update(source, out);
    } finally {
      stream.end();
    }
  }

  begin(iv: Uint8Array): CtrStream {
    const stream = new OpenSslCtrStream(this.#calls, this.#key, iv);
    stream.endWhenForgotten();
    return stream;
  }
}

class OpenSslCtrStream implements CtrStream {
  readonly #calls: OpenSslCalls;
  readonly #context: NativeContext;

  constructor(calls: OpenSslCalls, key: Uint8Array, iv: Uint8Array) {
    assertLength('An IV', iv, IV_BYTES);
    this.#calls = calls;
    this.#context = new NativeContext(calls.newCipher(), calls.freeCipher);
    assertDone('EVP_CipherInit_ex2', calls.initCipher(this.#context.pointer, calls.aes256Ctr, key, iv, 1, null));
  }

  update(source: Uint8Array, out: Uint8Array): void {
    assertRoomFor(source, out);
    if (source.length <= MAX_CALL_BYTES) {
      this.#run(source, out);
      return;
    }
    for (let at = 0; at < source.length; at += MAX_CALL_BYTES) {
      this.#run(source.subarray(at, at + MAX_CALL_BYTES), out.subarray(at));
    }
  }

  end(): void {
    this.#context.free();
  }

  endWhenForgotten(): void {
    this.#context.freeWhenForgotten(this);
  }

  #run(source: Uint8Array, out: Uint8Array): void {
    const { pointer } = this.#context;
    const result = this.#calls.updateCipher(pointer, out, WRITTEN, source, source.length);
    assertDone('EVP_CipherUpdate', result === 1 && WRITTEN[0] === source.length ? 1 : 0);
  }
}

class OpenSslMac implements OneTimeMac {
  readonly #calls: OpenSslCalls;

  constructor(calls: OpenSslCalls) {
    this.#calls = calls;
  }

  tag(key: Uint8Array, message: Uint8Array, out: Uint8Array): void {
    assertLength('A tag', out, TAG_BYTES);
    const stream = new OpenSslMacStream(this.#calls, key);
    try {
      stream.update(message);
    } finally {
      stream.finish(out);
    }
  }

  begin(key: Uint8Array): MacStream {
    const stream = new OpenSslMacStream(this.#calls, key);
    stream.endWhenForgotten();
    return stream;
  }
}

class OpenSslMacStream implements MacStream {
  readonly #calls: OpenSslCalls;
  readonly #context: NativeContext;

  constructor(calls: OpenSslCalls, key: Uint8Array) {
    assertLength('A one-time key', key, ONE_TIME_KEY_BYTES);
    this.#calls = calls;
    this.#context = new NativeContext(calls.newMac(calls.poly1305), calls.freeMac);
    assertDone('EVP_MAC_init', calls.initMac(this.#context.pointer, key, ONE_TIME_KEY_BYTES, null));
  }

  update(message: Uint8Array): void {
    assertDone('EVP_MAC_update', this.#calls.updateMac(this.#context.pointer, message, message.length));
  }

  finish(out: Uint8Array): void {
    assertLength('A tag', out, TAG_BYTES);
    const result = this.#calls.finishMac(this.#context.pointer, out, WRITTEN_LONG, TAG_BYTES);
    this.#context.free();
    assertDone('EVP_MAC_final', result);
  }

  endWhenForgotten(): void {
    this.#context.freeWhenForgotten(this);
  }
}

// One thread, synchronous calls: each is looked at before the next call.
const WRITTEN = new Int32Array(1);
const WRITTEN_LONG = new BigUint64Array(1);

/** Contexts of streams that nobody ended: what was written to failed, for one. */
const forgotten = new FinalizationRegistry<NativeContext>((context) => context.free());

/** Memory of OpenSSL's, freed once. */
class NativeContext {
  readonly #free: (pointer: Pointer) => void;
  #pointer: Pointer;

  constructor(pointer: Pointer, free: (pointer: Pointer) => void) {
    if (!pointer) throw new EngineError('internal', 'OpenSSL has no memory for a message.');
    this.#pointer = pointer;
    this.#free = free;
  }

  get pointer(): Pointer {
    if (!this.#pointer) throw new EngineError('internal', 'A cipher or a MAC was used after its end.');
    return this.#pointer;
  }

  free(): void {
    const pointer = this.#pointer;
    this.#pointer = undefined;
    if (pointer) this.#free(pointer);
  }

  freeWhenForgotten(owner: object): void {
    forgotten.register(owner, this);
  }
}

function assertDone(call: string, result: number): void {
  if (result !== 1) throw new EngineError('internal', `OpenSSL failed: ${call} answered ${result}.`);
}
