/** The part of sodium-native that the engine uses; the package ships no types. Its natives write into the given views. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_onetimeauth_STATEBYTES: number;
    crypto_onetimeauth(tagOut: Uint8Array, message: Uint8Array, key: Uint8Array): void;
    crypto_onetimeauth_verify(tag: Uint8Array, message: Uint8Array, key: Uint8Array): boolean;
    crypto_onetimeauth_init(state: Uint8Array, key: Uint8Array): void;
    crypto_onetimeauth_update(state: Uint8Array, message: Uint8Array): void;
    crypto_onetimeauth_final(state: Uint8Array, tagOut: Uint8Array): void;
  }
  const sodium: Sodium;
  export default sodium;
}
