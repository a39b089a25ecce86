import { UserList, type User } from '../../../../contracts/access.ts';
import type { ServiceClient } from '../../../host/attach/index.ts';
import { UsageError } from '../../failure.ts';
import { allPages } from './all-pages.ts';

export async function allUsers(client: ServiceClient): Promise<User[]> {
  return allPages(async (page) => {
    const { users: items, total } = await client.get('/api/auth/users', UserList, page);
    return { items, total };
  });
}

/** By name, without regard to upper and lower case, or by id. */
export async function findUser(client: ServiceClient, name: string): Promise<User> {
  const wanted = name.normalize('NFC').toLowerCase();
  const user = (await allUsers(client)).find(({ id, username }) => id === name || username.toLowerCase() === wanted);
  if (!user) throw new UsageError(`There is no user ${name}.`);
  return user;
}

export function userPath({ id }: User): string {
  return `/api/auth/users/${encodeURIComponent(id)}`;
}
