import type { Role } from '../../../contracts/access.ts';

/** Who makes a request, as far as it was proved. */
export interface Caller {
  /**
   * `user`: logged in. `key`: an API key, or a token file of the data folder. `run`: a script that GuardIT started, with the
   * token of its run. `loopback`: a program on this machine without a token (api.md, "Who may do what").
   */
  readonly kind: 'user' | 'key' | 'run' | 'loopback';
  /** Unique among its kind; what the audit names. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Null sees the whole installation; else agents, policies and runs of other tenants don't exist for this caller. */
  readonly tenantId: string | null;
  /** The one agent that a key of role `agent` is bound to. */
  readonly agentId?: string;
  /** The one task, and its run, that the token of a run speaks for. */
  readonly taskId?: string;
  readonly runId?: string;
  /** The login that a `user` came with; ending it takes its id. */
  readonly session?: { readonly tokenId: string; readonly expiresAt: Date };
  /** The address that the request came from. */
  readonly address: string;
}

/** Admins and operators see every task; others see what they made, are assigned to, or what is monitored. */
export function seesEveryTask({ role }: Caller): boolean {
  return role === 'admin' || role === 'operator' || role === 'viewer';
}
