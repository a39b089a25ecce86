import { slugOf } from '../tasks/task-id.ts';

/** `Büro NAS` becomes `buro-nas`: it is also part of a secret's name, so it has ASCII letters only. */
export function repositoryIdOf(name: string, taken: ReadonlySet<string>): string {
  const slug = slugBaseOf(name);
  if (!taken.has(slug)) return slug;
  let number = 2;
  while (taken.has(`${slug}-${number}`)) number++;
  return `${slug}-${number}`;
}

/** Where the ids of repositories of this name begin. */
export function slugBaseOf(name: string): string {
  const ascii = slugOf(name)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  // Words of the paths beside them.
  return ascii === '' || ascii === 'connect' || ascii === 'task' ? `repository${ascii && `-${ascii}`}` : ascii;
}
