import { createContext, use } from 'react';
import type { ConnectionState } from './connection.ts';

export interface Live {
  readonly state: ConnectionState;
  /** When what is shown was known to be so for the last time; null while it is. */
  readonly lostAtMs: number | null;
}

export const LiveContext = createContext<Live>({ state: 'connecting', lostAtMs: null });

/** How far what is shown can be trusted. */
export function useLive(): Live {
  return use(LiveContext);
}

/** What is shown may be old: after the connection was lost, until everything has been read anew. */
export function useIsStale(): boolean {
  const { state } = useLive();
  return state === 'lost' || state === 'catching-up';
}
