import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

/** Events say when something is old, so nothing is read again just because a window came to the front. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // A refusal is an answer. What did not answer is tried again, slower each time.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
      mutations: { retry: false },
    },
  });
}
