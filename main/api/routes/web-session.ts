import { LoginBody, ROLES, SetupBody, SetupState, WebSession } from '../../../contracts/access.ts';
import type { Session, Sessions } from '../../app/access/sessions.ts';
import type { Setup } from '../../app/access/setup.ts';
import type { SessionCookie } from '../middleware/session-cookie.ts';
import { operation, type Operation, type Reply } from '../operation.ts';
import { userWire } from './users.ts';

export interface WebSessionRoutes {
  readonly sessions: Sessions;
  readonly setup: Setup;
  readonly cookie: SessionCookie;
}

const SHARED = { tag: 'access', family: 'tasks' } as const;
const COOKIE = { 'Set-Cookie': 'The login. HttpOnly, SameSite=Strict.' } as const;
const SESSION_PATH = '/api/auth/session';
const SETUP_PATH = '/api/auth/setup';

/** Logins of browsers, and the first one of all. */
export function webSessionOperations(routes: WebSessionRoutes): Operation[] {
  return [begin(routes), end(routes), ...setUp(routes)];
}

function begin({ sessions, cookie }: WebSessionRoutes): Operation {
  return operation({
    ...SHARED,
    id: 'beginWebSession',
    method: 'POST',
    path: SESSION_PATH,
    summary: 'Log in, in a browser',
    description:
      'As /api/auth/login, but the token comes in a cookie which no script can read. It counts only for requests that the ' +
      "browser marks as made by this server's own pages.",
    access: { public: true },
    body: LoginBody,
    bodyLimitBytes: 16_384,
    errors: ['unauthenticated'],
    responses: { 200: { description: 'Who is logged in.', schema: WebSession, headers: COOKIE } },
    handle: async ({ body, address }) => begun(cookie, await sessions.logIn({ ...body, address })),
  });
}

function end({ sessions, cookie }: WebSessionRoutes): Operation {
  return operation({
    ...SHARED,
    id: 'endWebSession',
    method: 'DELETE',
    path: SESSION_PATH,
    summary: 'Log out, in a browser',
    description: 'Ends the login, and removes the cookie. 422 with an API key, which an admin deletes.',
    access: { roles: ROLES },
    errors: ['unprocessable'],
    responses: { 204: { description: 'The login has ended.', headers: COOKIE } },
    handle: async ({ caller }) => {
      await sessions.logOut(caller);
      return { status: 204, headers: { 'set-cookie': cookie.clear() } };
    },
  });
}

function setUp({ setup, cookie }: WebSessionRoutes): Operation[] {
  return [
    operation({
      ...SHARED,
      id: 'getSetup',
      method: 'GET',
      path: SETUP_PATH,
      summary: 'Whether the first user is still to be made',
      access: { public: true },
      responses: { 200: { description: 'Whether it is.', schema: SetupState } },
      handle: async () => ({ status: 200, body: { needed: await setup.isNeeded() } }),
    }),
    operation({
      ...SHARED,
      id: 'setUp',
      method: 'POST',
      path: SETUP_PATH,
      summary: 'Make the first user, an admin, with the setup code',
      description:
        '`guardit serve` prints the code when it starts and there is no user. It works once, and only as long as there is none. ' +
        '10 attempts a minute. Answers with a login, as /api/auth/session.',
      access: { public: true },
      body: SetupBody,
      bodyLimitBytes: 16_384,
      errors: ['forbidden', 'conflict'],
      responses: { 200: { description: 'Who is logged in.', schema: WebSession, headers: COOKIE } },
      handle: async ({ body, address }) => begun(cookie, await setup.createFirstUser({ ...body, address })),
    }),
  ];
}

function begun(cookie: SessionCookie, { token, expiresAt, user }: Session): Reply {
  return {
    status: 200,
    body: { expires_at: expiresAt.toISOString(), user: userWire(user) },
    headers: { 'set-cookie': cookie.write(token, expiresAt) },
  };
}
