import { describe, expect, it } from 'vitest';
import {
  byteString,
  compareRawNames,
  joinPath,
  rawFromByteString,
  rawFromBytes,
  rawText,
} from '../../../main/engine/base/raw-path.ts';

const INVALID = Buffer.from([0x61, 0xff, 0x62]);

describe('raw paths', () => {
  it('joins strings and bytes, with one separator', () => {
    expect(joinPath('/a', 'b')).toBe('/a/b');
    expect(joinPath('/', 'b')).toBe('/b');
    expect(joinPath('/ä', INVALID)).toEqual(Buffer.concat([Buffer.from('/ä/'), INVALID]));
    expect(joinPath(Buffer.from('/'), INVALID)).toEqual(Buffer.concat([Buffer.from('/'), INVALID]));
    expect(joinPath(INVALID, 'ü')).toEqual(Buffer.concat([INVALID, Buffer.from('/ü')]));
  });

  it('keeps bytes only where a string would lose them', () => {
    expect(rawFromBytes(Buffer.from('grün😀'))).toBe('grün😀');
    expect(rawFromBytes(INVALID)).toEqual(INVALID);
    expect(rawText(INVALID)).toBe('a\ufffdb');
  });

  it('passes through byte strings unchanged', () => {
    for (const raw of ['', 'plain', 'grün😀', '\ufffd', INVALID])
      expect(rawFromByteString(byteString(raw))).toEqual(raw);
  });

  it('orders by bytes, not by UTF-16 units', () => {
    // U+1F600 is D83D DE00 in UTF-16 and sorts before U+FF00 there; in UTF-8 it comes after.
    expect(compareRawNames('\u{1f600}', '\uff00')).toBe(1);
    expect(compareRawNames(INVALID, 'a\u{1f600}')).toBe(1);
    expect(compareRawNames('a', 'ab')).toBe(-1);
  });
});
