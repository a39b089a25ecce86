import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/api-error.ts';
import { keys } from '../../api/query-keys.ts';
import { meQuery } from '../../api/session.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { loginTexts } from './texts.ts';

/** Begins a session by a call of the API, and says in words why it did not. */
export function useBeginSession<Input>(begin: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  const texts = useTexts(loginTexts);
  const mutation = useMutation({
    mutationFn: begin,
    onSuccess: () => client.fetchQuery({ ...meQuery, staleTime: 0 }),
    // Somebody else may have made the first user meanwhile.
    onError: () => client.invalidateQueries({ queryKey: keys.setup }),
  });
  const { error } = mutation;
  const problem =
    error instanceof ApiError && error.retryAfterSeconds !== null
      ? texts.tooMany(error.retryAfterSeconds)
      : (error?.message ?? null);
  return {
    begin: mutation.mutate,
    isBusy: mutation.isPending,
    problem,
    field: error instanceof ApiError ? error.field : null,
  };
}
