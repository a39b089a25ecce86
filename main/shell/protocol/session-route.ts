import { LoginBody, type WebSession } from '../../../contracts/access.ts';
import { ServiceError } from '../../host/attach/index.ts';
import type { CoreSession } from '../core/core-session.ts';
import { COMMON_HEADERS, DATA_POLICY } from './content-policy.ts';
import { refusal } from './core-proxy.ts';

const PATH = '/api/auth/session';

/**
 * Logging in and out, which in a browser is a cookie's work: here the app itself becomes that user, keeps the token, and answers
 * the page in the API's words. Null for any other request.
 */
export async function answerSession(
  request: Request,
  session: Pick<CoreSession, 'logIn' | 'logOut'>,
): Promise<Response | null> {
  if (new URL(request.url).pathname !== PATH) return null;
  if (request.method === 'DELETE') {
    await session.logOut();
    return new Response(null, { status: 204, headers: COMMON_HEADERS });
  }
  if (request.method !== 'POST') return refusal(PATH, 405, 'method_not_allowed', 'Only POST and DELETE are possible.');
  const body = LoginBody.safeParse(await request.json().catch(() => undefined));
  if (!body.success) return refusal(PATH, 400, 'invalid_request', 'body: a user name and a password are needed');
  try {
    return begun(await session.logIn(body.data.username, body.data.password));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { status = 503, code = 'unavailable' } = error.refusal ?? {};
    return refusal(PATH, status, code, error.message);
  }
}

function begun(session: WebSession): Response {
  return Response.json(session, { headers: { ...COMMON_HEADERS, 'content-security-policy': DATA_POLICY } });
}
