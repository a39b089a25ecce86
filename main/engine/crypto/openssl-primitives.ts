import { EngineError } from '../base/errors.ts';
import { loadOpenSslCalls, type OpenSslCalls, type Pointer } from './openssl-calls.ts';
import {
  assertLength,
  assertRoomFor,
  CONTENT_KEY_BYTES,
  IV_BYTES,
  ONE_TIME_KEY_BYTES,
  TAG_BYTES,
} from './primitive-lengths.ts';
import type { CryptoPrimitives, CtrCipher, MacStream, OneTimeMac } from './primitives.ts';
import { giveKnownAnswers } from './known-answers.ts';

/** OpenSSL counts a call's bytes in an int. */
const MAX_CALL_BYTES = 2 ** 30;

/** undefined where OpenSSL cannot be called directly, or does not give the answers that the standards print. */
export function loadOpenSslPrimitives(): CryptoPrimitives | undefined {
  const calls = loadOpenSslCalls();
  if (!calls) return undefined;
  const found = new OpenSslPrimitives(calls);
  try {
    return giveKnownAnswers(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

class OpenSslPrimitives implements CryptoPrimitives {
  readonly mac: OneTimeMac;
  readonly #calls: OpenSslCalls;
  readonly #contexts: FinalizationRegistry<Pointer>;

  constructor(calls: OpenSslCalls) {
    this.#calls = calls;
    this.mac = new OpenSslMac(calls);
    // It clears what it frees, the key among it.
    this.#contexts = new FinalizationRegistry((context) => calls.freeCipher(context));
  }

  ctr(key: Uint8Array): CtrCipher {
    assertLength('A content key', key, CONTENT_KEY_BYTES);
    const context = this.#calls.newCipher();
    const cipher = new OpenSslCtr(this.#calls, context, key);
    this.#contexts.register(cipher, context);
    return cipher;
  }
}

/** One context, whose key is expanded once. */
class OpenSslCtr implements CtrCipher {
  readonly #calls: OpenSslCalls;
  readonly #context: Pointer;
  readonly #written = new Int32Array(1);
  #started = false;

  constructor(calls: OpenSslCalls, context: Pointer, key: Uint8Array) {
    this.#calls = calls;
    this.#context = context;
    assertDone('EVP_CipherInit_ex', calls.initCipher(context, calls.aes256Ctr, null, key, null, 1));
  }

  start(iv: Uint8Array): void {
    assertLength('An IV', iv, IV_BYTES);
    assertDone('EVP_CipherInit_ex', this.#calls.initCipher(this.#context, null, null, null, iv, -1));
    this.#started = true;
  }

  update(source: Uint8Array, out: Uint8Array): void {
    assertRoomFor(source, out);
    if (!this.#started) throw new TypeError('The cipher has no message to work on.');
    if (source.length <= MAX_CALL_BYTES) {
      this.#run(source, out);
      return;
    }
    for (let at = 0; at < source.length; at += MAX_CALL_BYTES) {
      this.#run(source.subarray(at, at + MAX_CALL_BYTES), out.subarray(at));
    }
  }

  #run(source: Uint8Array, out: Uint8Array): void {
    const result = this.#calls.updateCipher(this.#context, out, this.#written, source, source.length);
    assertDone('EVP_CipherUpdate', result === 1 && this.#written[0] === source.length ? 1 : 0);
  }
}

/** Contexts are kept for later messages; each has one at a time. */
class OpenSslMac implements OneTimeMac {
  readonly #calls: OpenSslCalls;
  readonly #context: MacContext;
  readonly #spare: MacContext[] = [];
  readonly #written = new BigUint64Array(1);
  readonly #contexts: FinalizationRegistry<Pointer>;

  constructor(calls: OpenSslCalls) {
    this.#calls = calls;
    this.#contexts = new FinalizationRegistry((pointer) => calls.freeMac(pointer));
    this.#context = this.#newContext();
  }

  tag(key: Uint8Array, message: Uint8Array, out: Uint8Array): void {
    const { pointer } = this.#context;
    this.#init(pointer, key);
    this.#update(pointer, message);
    this.#finish(pointer, out);
  }

  begin(key: Uint8Array): MacStream {
    const context = this.#spare.pop() ?? this.#newContext();
    this.#init(context.pointer, key);
    return {
      update: (message) => this.#update(context.pointer, message),
      finish: (out) => {
        this.#finish(context.pointer, out);
        this.#spare.push(context);
      },
    };
  }

  #newContext(): MacContext {
    const context = { pointer: this.#calls.newMac(this.#calls.poly1305) };
    assertDone('EVP_MAC_CTX_new', context.pointer ? 1 : 0);
    this.#contexts.register(context, context.pointer);
    return context;
  }

  #init(pointer: Pointer, key: Uint8Array): void {
    assertLength('A one-time key', key, ONE_TIME_KEY_BYTES);
    assertDone('EVP_MAC_init', this.#calls.initMac(pointer, key, ONE_TIME_KEY_BYTES, null));
  }

  #update(pointer: Pointer, message: Uint8Array): void {
    assertDone('EVP_MAC_update', this.#calls.updateMac(pointer, message, message.length));
  }

  #finish(pointer: Pointer, out: Uint8Array): void {
    assertLength('A tag', out, TAG_BYTES);
    assertDone('EVP_MAC_final', this.#calls.finishMac(pointer, out, this.#written, TAG_BYTES));
  }
}

interface MacContext {
  readonly pointer: Pointer;
}

function assertDone(call: string, result: number): void {
  if (result !== 1) throw new EngineError('internal', `OpenSSL failed: ${call} answered ${result}.`);
}
