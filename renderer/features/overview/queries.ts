import { queryOptions } from '@tanstack/react-query';
import { Overview } from '../../../contracts/overview.ts';
import { call } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';

export const overviewQuery = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => call('/api/overview', { reply: Overview, signal }),
  // Whether something is late, and when it is next, changes with the time alone.
  refetchInterval: 60_000,
});
