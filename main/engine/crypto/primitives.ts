/** AES-256 in counter mode under one key. */
export interface CtrCipher {
  /**
   * Encrypts or decrypts a whole message, which is the same, to the front of `out`: the memory of `source` itself, or memory that does not
   * overlap it. `iv` is the first counter block, 16 bytes.
   */
  crypt(iv: Uint8Array, source: Uint8Array, out: Uint8Array): void;
  /** For a message that comes in pieces. Streams may overlap in time, and with `crypt`. */
  begin(iv: Uint8Array): CtrStream;
}

export interface CtrStream {
  /** As `crypt`; pieces may have any length. */
  update(source: Uint8Array, out: Uint8Array): void;
  /** The stream is of no use afterwards. */
  end(): void;
}

/** Poly1305 with a key for one message: 32 bytes, clamped. Tags have 16 bytes. */
export interface OneTimeMac {
  tag(key: Uint8Array, message: Uint8Array, out: Uint8Array): void;
  /** For a message that comes in pieces. Streams may overlap in time. */
  begin(key: Uint8Array): MacStream;
}

export interface MacStream {
  update(message: Uint8Array): void;
  /** The stream is of no use afterwards. */
  finish(out: Uint8Array): void;
}

/** What sealing is put together from (repository-format, section 3). All lengths are checked: native code would not. */
export interface CryptoPrimitives {
  /** The key has 32 bytes; the cipher keeps a copy. */
  ctr(key: Uint8Array): CtrCipher;
  readonly mac: OneTimeMac;
}
