import { expect, test } from 'vitest';
import { serverProof } from '../../../main/app/access/server-proof.ts';

test('the proof is what any HMAC-SHA256 gives', () => {
  // printf '%s' '0123456789abcdef:3000' | openssl dgst -sha256 -hmac gf_secret
  expect(serverProof('gf_secret', '0123456789abcdef', 3000)).toBe(
    '96fbaf32afd71b01735941fbbe7c4febdac3d0b509c9e10c26e756ac4a79d2ba',
  );
  expect(serverProof('gf_secret', '0123456789abcdef', 3001)).not.toBe(
    serverProof('gf_secret', '0123456789abcdef', 3000),
  );
});
