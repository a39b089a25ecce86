export type JsonRecord = Readonly<Record<string, unknown>>;

/** The objects of an output that has one a line. */
export function jsonLines(output: string): JsonRecord[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as JsonRecord);
}

/** The closing record of `backup`, `restore` and the like. */
export function summaryOf(output: string): JsonRecord {
  const summary = jsonLines(output).findLast((line) => line['message_type'] === 'summary');
  if (!summary) throw new Error(`No summary in: ${output}`);
  return summary;
}
