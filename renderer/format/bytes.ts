const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
/** Intl's kilobyte is written kB; Windows counts in 1024 and writes the same letters, which is what people compare with. */
const STEP = 1024;

/** `512 byte`, `1.5 MB`: three digits at most, as precise as anybody reads. */
export function bytesText(count: number, locale: string): string {
  let step = 0;
  let value = count;
  while (Math.abs(value) >= 1000 && step < UNITS.length - 1) {
    value /= STEP;
    step++;
  }
  const maximumFractionDigits = step === 0 ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return formatOf(locale, UNITS[step] ?? 'byte', maximumFractionDigits).format(value);
}

/** To make one takes far longer than to use it, and long lists have many sizes. */
const made = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, unit: (typeof UNITS)[number], maximumFractionDigits: number): Intl.NumberFormat {
  const name = `${locale} ${unit} ${maximumFractionDigits}`;
  let format = made.get(name);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits });
    made.set(name, format);
  }
  return format;
}

/** Bytes in each second. */
export function speedText(bytesPerSecond: number, locale: string): string {
  return `${bytesText(bytesPerSecond, locale)}/s`;
}
