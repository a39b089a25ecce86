import { createContext, use } from 'react';
import type { Role } from '../../../contracts/access.ts';
import type { Me } from '../../api/session.ts';

export interface Session {
  readonly me: Me;
  /** In Electron there is no login: whoever uses this computer's account is the user. */
  readonly isDesktop: boolean;
  readonly logOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('Only pages behind the login have a session.');
  return session;
}

/** What the API would refuse is not offered. The API decides, this only saves a disappointment. */
export function useMay(...roles: readonly Role[]): boolean {
  return roles.includes(useSession().me.role);
}
