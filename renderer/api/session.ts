import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { Me, SetupState, WebSession } from '../../contracts/access.ts';
import { ApiError } from './api-error.ts';
import { call } from './client.ts';
import { keys } from './query-keys.ts';

export type Me = z.infer<typeof Me>;

/** Who is logged in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  staleTime: Infinity,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await call('/api/auth/me', { reply: Me, signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

export const setupQuery = queryOptions({
  queryKey: keys.setup,
  queryFn: ({ signal }) => call('/api/auth/setup', { reply: SetupState, signal }),
});

export function logIn(body: { readonly username: string; readonly password: string }) {
  return call('/api/auth/session', { method: 'POST', body, reply: WebSession });
}

export function setUp(body: { readonly code: string; readonly username: string; readonly password: string }) {
  return call('/api/auth/setup', { method: 'POST', body, reply: WebSession });
}

export function logOut() {
  return call('/api/auth/session', { method: 'DELETE' });
}
