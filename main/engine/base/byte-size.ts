import { EngineError } from './errors.ts';

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const SIZE = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgtpe])i?b?|b)?\s*$/i;

/**
 * Reads `10M`, `1.5G`, `512k`, `20 MiB`, `100` as bytes. All units are powers of 1024, as in restic, also when written `MB`.
 * Throws `invalid_argument` that quotes the text.
 */
export function parseByteSize(text: string): number {
  const match = SIZE.exec(text);
  const [, digits, unit = ''] = match ?? [];
  const sizeBytes = digits === undefined ? NaN : Math.floor(Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new EngineError(
      'invalid_argument',
      `Not a size: ${JSON.stringify(text)}. Write for example 512k, 10M or 1.5G.`,
    );
  }
  return sizeBytes;
}

/** `1.500 GiB`, `512 B`: three decimals above a KiB, as restic prints sizes. */
export function formatByteSize(sizeBytes: number): string {
  let unit = 0;
  let value = sizeBytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${sizeBytes} B` : `${value.toFixed(3)} ${UNITS[unit]}iB`;
}
