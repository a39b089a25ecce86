import { createCipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { cipherInto } from './cipher-into.ts';
import {
  assertLength,
  assertRoomFor,
  CONTENT_KEY_BYTES,
  IV_BYTES,
  ONE_TIME_KEY_BYTES,
  TAG_BYTES,
} from './primitive-lengths.ts';
import type { CryptoPrimitives, CtrCipher, CtrStream, MacStream, OneTimeMac } from './primitives.ts';
import { loadSodiumAddon, type SodiumAddon } from './sodium-addon.ts';

/** Node's cipher objects, of which each message needs a new one, and libsodium's Poly1305: wherever Node runs. */
export class PortablePrimitives implements CryptoPrimitives {
  readonly mac: OneTimeMac = new SodiumMac(loadSodiumAddon());

  ctr(key: Uint8Array): CtrCipher {
    return new NodeCtr(key);
  }
}

class NodeCtr implements CtrCipher {
  // A key object is expanded once; raw key bytes would cost 12 µs more for every message.
  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    assertLength('A content key', key, CONTENT_KEY_BYTES);
    this.#key = createSecretKey(key);
  }

  crypt(iv: Uint8Array, source: Uint8Array, out: Uint8Array): void {
    this.begin(iv).update(source, out);
  }

  begin(iv: Uint8Array): CtrStream {
    assertLength('An IV', iv, IV_BYTES);
    const cipher = createCipheriv('aes-256-ctr', this.#key, iv);
    return {
      update: (source, out) => {
        assertRoomFor(source, out);
        cipherInto(cipher, source, out, 0);
      },
      end: () => undefined,
    };
  }
}

class SodiumMac implements OneTimeMac {
  readonly #sodium: SodiumAddon;

  constructor(sodium: SodiumAddon) {
    this.#sodium = sodium;
  }

  tag(key: Uint8Array, message: Uint8Array, out: Uint8Array): void {
    assertLength('A one-time key', key, ONE_TIME_KEY_BYTES);
    assertLength('A tag', out, TAG_BYTES);
    this.#sodium.crypto_onetimeauth(out, message, key);
  }

  begin(key: Uint8Array): MacStream {
    return new SodiumStream(this.#sodium, key);
  }
}

class SodiumStream implements MacStream {
  readonly #sodium: SodiumAddon;
  // Not from Node's pool: libsodium wants the alignment that an allocation of its own has.
  readonly #state: Buffer;

  constructor(sodium: SodiumAddon, key: Uint8Array) {
    assertLength('A one-time key', key, ONE_TIME_KEY_BYTES);
    this.#sodium = sodium;
    this.#state = Buffer.allocUnsafeSlow(sodium.crypto_onetimeauth_STATEBYTES);
    sodium.crypto_onetimeauth_init(this.#state, key);
  }

  update(message: Uint8Array): void {
    this.#sodium.crypto_onetimeauth_update(this.#state, message);
  }

  finish(out: Uint8Array): void {
    assertLength('A tag', out, TAG_BYTES);
    this.#sodium.crypto_onetimeauth_final(this.#state, out);
  }
}
