const SIZES = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
type Unit = keyof typeof SIZES;

/** The two largest units: `2 days, 3 hr`, `3 min, 5 sec`, in the words of the locale. Tenths only below ten seconds. */
export function durationText(seconds: number, locale: string): string {
  const total = Math.max(0, seconds);
  if (total < 10) return unitText(Math.round(total * 10) / 10, 'second', locale);
  const rounded = total >= SIZES.hour ? Math.round(total / 60) * 60 : Math.round(total);
  const parts: string[] = [];
  let rest = rounded;
  for (const unit of Object.keys(SIZES) as Unit[]) {
    const count = Math.floor(rest / SIZES[unit]);
    rest -= count * SIZES[unit];
    if (count > 0) parts.push(unitText(count, unit, locale));
    // A unit that is empty ends it as well: `2 days`, not `2 days, 5 min`.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ');
}

/** In the largest unit that is not below one. */
export function roughDurationText(seconds: number, locale: string): string {
  const unit = (Object.keys(SIZES) as Unit[]).find((name) => seconds >= SIZES[name]) ?? 'second';
  return unitText(seconds / SIZES[unit], unit, locale);
}

/** To make one takes far longer than to use it. */
const made = new Map<string, Intl.NumberFormat>();

function unitText(count: number, unit: Unit, locale: string): string {
  const name = `${locale} ${unit}`;
  let format = made.get(name);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
    made.set(name, format);
  }
  return format.format(count);
}
