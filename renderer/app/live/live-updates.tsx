import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { listen, type ConnectionState } from './connection.ts';
import { EventEffects } from './event-effects.ts';
import { LiveContext, type Live } from './live-context.ts';

/** For who gets no events: what is shown is read again this often. */
const POLL_MS = 15_000;

/** Keeps the pages up to date for as long as somebody is logged in. */
export function LiveUpdates({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [live, setLive] = useState<Live>({ state: 'connecting', lostAtMs: null });

  useEffect(() => {
    const stopping = new AbortController();
    const effects = new EventEffects(client);
    const onState = (state: ConnectionState) =>
      setLive((before) => {
        const isOld = state === 'lost' || state === 'catching-up';
        return { state, lostAtMs: isOld ? (before.lostAtMs ?? Date.now()) : null };
      });
    const parts = {
      onState,
      onEvent: (event: Parameters<EventEffects['take']>[0]) => effects.take(event),
      catchUp: () => client.invalidateQueries(),
    };
    void listen(parts, stopping.signal);
    return () => {
      stopping.abort();
      effects.stop();
    };
  }, [client]);

  const isPolling = live.state === 'none';
  useEffect(() => {
    if (!isPolling) return;
    const timer = setInterval(() => void client.invalidateQueries(), POLL_MS);
    return () => clearInterval(timer);
  }, [client, isPolling]);

  return <LiveContext value={useMemo(() => live, [live])}>{children}</LiveContext>;
}
