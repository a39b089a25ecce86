/** A copy of the catalog in catalog-copies/, as its name tells. */
export interface CatalogCopy {
  readonly name: string;
  readonly takenAt: Date;
  /** Taken before a new version of GuardIT changed the schema. */
  readonly beforeUpdate: boolean;
}

const NAME = /^catalog-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d[.]\d{3})Z(-before-update)?[.]sqlite$/;

/** Null for a file that is no copy. */
export function parseCopyName(name: string): CatalogCopy | null {
  const match = NAME.exec(name);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, beforeUpdate] = match;
  const takenAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(takenAt.getTime())) return null;
  return { name, takenAt, beforeUpdate: beforeUpdate !== undefined };
}

/**
 * The copies that may go: all but the newest of each of the last `days` days (UTC) that have one, and the two newest from
 * before an update. So the newest one always stays.
 */
export function copiesToRemove(copies: readonly CatalogCopy[], days: number): CatalogCopy[] {
  const newestFirst = copies.toSorted((one, other) => other.takenAt.getTime() - one.takenAt.getTime());
  const keep = new Set<CatalogCopy>(newestFirst.filter((copy) => copy.beforeUpdate).slice(0, 2));
  const daysSeen = new Set<string>();
  for (const copy of newestFirst) {
    const day = copy.takenAt.toISOString().slice(0, 10);
    if (daysSeen.has(day) || daysSeen.size >= days) continue;
    daysSeen.add(day);
    keep.add(copy);
  }
  return copies.filter((copy) => !keep.has(copy));
}
