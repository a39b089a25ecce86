/** What two spellings of one name have in common: no regard to case, nor to how Unicode composes a letter. */
export function foldUserName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
