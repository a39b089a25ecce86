import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { whenSignedOut } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';
import { logOut as endSession, meQuery } from '../../api/session.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { isDesktop } from '../desktop.ts';
import { SessionContext } from './session-context.ts';

const LoginPage = lazy(() => import('../../features/login/login-page.tsx'));

/** Shows the pages to who is logged in, and the login to everybody else. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const { data: me, error, isPending, refetch } = useQuery(meQuery);

  const forget = useCallback(() => {
    client.setQueryData(keys.me, null);
    // What the next person may see is theirs to ask for.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
  }, [client]);
  useEffect(() => whenSignedOut(forget), [forget]);

  const logOut = useCallback(async () => {
    await endSession().catch(() => undefined);
    forget();
  }, [forget]);
  const session = useMemo(() => (me ? { me, isDesktop, logOut } : null), [me, logOut]);

  if (error && !me) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending) return <LoadingState />;
  if (!session) {
    return (
      <Suspense fallback={<LoadingState />}>
        <LoginPage />
      </Suspense>
    );
  }
  return <SessionContext value={session}>{children}</SessionContext>;
}
