import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretMasker } from '../../../main/infra/execution/secret-masker.ts';

function mask(secrets: string[], pieces: readonly (string | Uint8Array)[]): string {
  const masker = new SecretMasker(secrets);
  const shown = pieces.map((piece) => masker.pass(Buffer.from(piece)));
  return Buffer.concat([...shown, masker.end()]).toString('latin1');
}

describe('secrets in a stream', () => {
  test('are masked wherever they are cut', () => {
    const text = 'a hunter22 b hunter22hunter22 c hunter2';
    const expected = 'a ******** b **************** c hunter2';
    for (let cut = 0; cut <= text.length; cut++) {
      expect(mask(['hunter22'], [text.slice(0, cut), text.slice(cut)])).toBe(expected);
    }
    expect(mask(['hunter22'], [...text])).toBe(expected);
  });

  test('only what may begin a secret is held back', () => {
    const masker = new SecretMasker(['hunter22']);
    expect(masker.pass(Buffer.from('progress 10% h')).toString()).toBe('progress 10% ');
    expect(masker.pass(Buffer.from('alf')).toString()).toBe('half');
    expect(masker.end().toString()).toBe('');
  });

  test('the longer of two; none that is too short; without the line break of its file', () => {
    expect(mask(['token', 'token-long'], ['token-long token'])).toBe('******** ********');
    expect(mask(['a', 'abc', ''], ['abc'])).toBe('abc');
    expect(mask(['secret\n'], ['my secret!'])).toBe('my ********!');
    expect(new SecretMasker(['secret']).maskText('the secret sec')).toBe('the ******** sec');
  });

  test('anything else passes byte for byte, in whatever pieces', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(mask(['\u{1F511}secret'], parts)).toBe(Buffer.concat(parts).toString('latin1'));
      }),
    );
  });
});
