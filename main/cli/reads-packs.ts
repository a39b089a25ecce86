/** Whether these words after `guardit repo` are most likely a check that reads packs. */
export function readsPacks([verb, ...words]: readonly string[]): boolean {
  return (
    verb === 'check' && words.some((word) => /^--read-data(-subset)?(=|$)/.test(word)) && !words.includes('--help')
  );
}
