/** Within ObjectId's 100, with room for a number. */
const LONGEST_SLUG = 60;

/** The id of something that people name: `Büro NAS (alt)` becomes `buro-nas-alt`. `fallback` where nothing is left. */
export function objectSlug(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? fallback : slug;
}

/** The slug itself, or with the first of -2, -3, … that is free. */
export function freeObjectId(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug;
  let number = 2;
  while (taken.has(`${slug}-${number}`)) number++;
  return `${slug}-${number}`;
}
