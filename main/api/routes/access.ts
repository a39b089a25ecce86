import {
  ChangePasswordBody,
  LoginBody,
  LoginReply,
  Me,
  ProofBody,
  ProofReply,
  ROLES,
} from '../../../contracts/access.ts';
import type { InstallationTokens } from '../../app/access/ports.ts';
import { serverProof } from '../../app/access/server-proof.ts';
import type { Session, Sessions } from '../../app/access/sessions.ts';
import { operation, type Operation } from '../operation.ts';
import { userWire } from './users.ts';

export interface AccessRoutes {
  readonly sessions: Sessions;
  readonly tokens: InstallationTokens;
  /** The port that the server listens on. */
  readonly port: () => number;
}

const SHARED = { tag: 'access', family: 'tasks' } as const;

/** Logging in and out, and who somebody is. */
export function accessOperations({ sessions, tokens, port }: AccessRoutes): Operation[] {
  return [
    logIn(sessions),
    logOut(sessions),
    whoAmI(),
    changePassword(sessions),
    operation({
      ...SHARED,
      id: 'proveServer',
      method: 'POST',
      path: '/api/auth/proof',
      summary: 'Prove that this server knows a token',
      description: 'For clients that want to know whom they talk to before they show their token.',
      access: { public: true },
      body: ProofBody,
      errors: [],
      responses: { 200: { description: 'The proof.', schema: ProofReply } },
      handle: async ({ body }) => ({
        status: 200,
        body: { proof: serverProof(tokens[body.token], body.nonce, port()) },
      }),
    }),
  ];
}

function logIn(sessions: Sessions): Operation {
  return operation({
    ...SHARED,
    id: 'logIn',
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Log in',
    description: '10 attempts a minute for a name from one address, 50 for an address.',
    access: { public: true },
    body: LoginBody,
    bodyLimitBytes: 16_384,
    errors: ['unauthenticated'],
    responses: { 200: { description: 'The token.', schema: LoginReply } },
    handle: async ({ body, address }) => ({
      status: 200,
      body: sessionWire(await sessions.logIn({ ...body, address })),
    }),
  });
}

function logOut(sessions: Sessions): Operation {
  return operation({
    ...SHARED,
    id: 'logOut',
    method: 'POST',
    path: '/api/auth/logout',
    summary: 'End the login that this token is of',
    description: 'For logins only: 422 with an API key, which an admin deletes.',
    access: { roles: ROLES },
    errors: ['unprocessable'],
    responses: { 204: { description: 'The token is worth nothing any more.' } },
    handle: async ({ caller }) => {
      await sessions.logOut(caller);
      return { status: 204 };
    },
  });
}

function whoAmI(): Operation {
  return operation({
    ...SHARED,
    id: 'whoAmI',
    method: 'GET',
    path: '/api/auth/me',
    summary: 'Who this token speaks for',
    access: { roles: ROLES },
    responses: { 200: { description: 'The user, or the key.', schema: Me } },
    handle: async ({ caller }) => ({
      status: 200,
      body: {
        kind: caller.kind,
        id: caller.id,
        name: caller.name,
        role: caller.role,
        tenant_id: caller.tenantId,
        agent_id: caller.agentId ?? null,
        expires_at: caller.session?.expiresAt.toISOString() ?? null,
      },
    }),
  });
}

function changePassword(sessions: Sessions): Operation {
  return operation({
    ...SHARED,
    id: 'changePassword',
    method: 'PUT',
    path: '/api/auth/me/password',
    summary: "Change one's own password",
    description: 'Ends every login of the user; the answer is a new one.',
    access: { roles: ROLES },
    body: ChangePasswordBody,
    bodyLimitBytes: 16_384,
    snakeCaseAliases: true,
    errors: ['conflict', 'unprocessable'],
    responses: { 200: { description: 'A new token.', schema: LoginReply } },
    handle: async ({ caller, body }) => ({
      status: 200,
      body: sessionWire(await sessions.changePassword(caller, body.currentPassword, body.newPassword)),
    }),
  });
}

function sessionWire({ token, expiresAt, user }: Session) {
  return { token, expires_at: expiresAt.toISOString(), user: userWire(user) };
}
