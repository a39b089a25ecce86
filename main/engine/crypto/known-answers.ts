import { IV_BYTES, TAG_BYTES } from './primitive-lengths.ts';
import type { CryptoPrimitives } from './primitives.ts';

/** NIST SP 800-38A, F.5.5: AES-256 in counter mode, two blocks. */
const CTR = {
  key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  iv: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
  plain: '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
  cipher: '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5',
};

/** RFC 8439, section 2.5.2. */
const POLY1305 = {
  key: '85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b',
  message: 'Cryptographic Forum Research Group',
  tag: 'a8061dc1305136c6c22b8baf0c0127a9',
};

/** Whether the primitives do what their standards say. Takes some 20 µs. */
export function giveKnownAnswers(primitives: CryptoPrimitives): boolean {
  return encryptsRight(primitives) && authenticatesRight(primitives);
}

function encryptsRight(primitives: CryptoPrimitives): boolean {
  const cipher = primitives.ctr(Buffer.from(CTR.key, 'hex'));
  const bytes = Buffer.from(CTR.plain, 'hex');
  const iv = Buffer.from(CTR.iv, 'hex');
  cipher.crypt(iv, bytes, bytes);
  if (bytes.toString('hex') !== CTR.cipher) return false;
  // Back again, in two pieces.
  const stream = cipher.begin(iv);
  for (const piece of [bytes.subarray(0, IV_BYTES + 3), bytes.subarray(IV_BYTES + 3)]) stream.update(piece, piece);
  stream.end();
  return bytes.toString('hex') === CTR.plain;
}

function authenticatesRight({ mac }: CryptoPrimitives): boolean {
  const key = Buffer.from(POLY1305.key, 'hex');
  const message = Buffer.from(POLY1305.message);
  const tags = [Buffer.alloc(TAG_BYTES), Buffer.alloc(TAG_BYTES)] as const;
  const stream = mac.begin(key);
  stream.update(message.subarray(0, 5));
  mac.tag(key, message, tags[0]);
  stream.update(message.subarray(5));
  stream.finish(tags[1]);
  return tags.every((tag) => tag.toString('hex') === POLY1305.tag);
}
