/** No line of a summary is longer. What is, is somebody's file name or an attack, and no pattern looks at it. */
const MAX_LINE_LENGTH = 4_096;

/** The lines of a log without their ends. Also at a lone carriage return, by which programs draw their progress. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/).filter((line) => line.length <= MAX_LINE_LENGTH);
}

/** Undefined for what is no whole number that a field can hold. */
export function countOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
