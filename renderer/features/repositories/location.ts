import type { Repository } from '../../../contracts/repositories.ts';

/** Where a repository is, in one line. */
export function locationText({ location }: Pick<Repository, 'location'>): string {
  const { path } = location;
  return typeof path === 'string' ? path : JSON.stringify(location);
}
