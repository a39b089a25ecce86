import { describe, expect, it } from 'vitest';
import { entryTypeOf, goFileMode } from '../../../main/engine/source/go-file-mode.ts';

// [raw st_mode, type, Go's FileMode], from repository-format, section 11.
const MODES = [
  [0o100644, 'file', 420],
  [0o106755, 'file', 12583405],
  [0o040755, 'dir', 2147484141],
  [0o041777, 'dir', 2148532735],
  [0o120777, 'symlink', 134218239],
  [0o020644, 'chardev', 69206436],
  [0o060600, 'dev', 67109248],
  [0o010644, 'fifo', 33554852],
  [0o140600, 'socket', 2 ** 24 + 0o600],
  [0o000600, 'irregular', 2 ** 19 + 0o600],
] as const;

describe("Go's file modes", () => {
  it.each(MODES)('%i is a %s with mode %i', (raw, type, mode) => {
    expect(entryTypeOf(raw)).toBe(type);
    expect(goFileMode(raw, 'linux')).toBe(mode);
  });

  it('gives folders on Windows the rights that Go reports', () => {
    expect(goFileMode(0o040666, 'win32')).toBe(2 ** 31 + 0o777);
    expect(goFileMode(0o100666, 'win32')).toBe(0o666);
    expect(goFileMode(0o100444, 'win32')).toBe(0o444);
  });
});
