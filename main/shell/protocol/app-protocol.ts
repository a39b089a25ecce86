import type { CoreSession } from '../core/core-session.ts';
import type { ElectronPort } from '../electron/electron-port.ts';
import { COMMON_HEADERS, DATA_POLICY } from './content-policy.ts';
import { forwardToCore, isCorePath } from './core-proxy.ts';
import { answerSession } from './session-route.ts';
import { APP_HOST, APP_SCHEME } from './own-origin.ts';
import { staticFile } from './static-file.ts';

export interface AppProtocolParts {
  /** The built interface: index.html and what it loads. */
  readonly rendererFolder: string;
  readonly session: Pick<CoreSession, 'clientOrNull' | 'logIn' | 'logOut'>;
}

/** To be called before the app is ready, once. */
export function registerAppScheme({ protocol }: Pick<ElectronPort, 'protocol'>): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

/** Everything that pages load: `app://guardit/…` is the interface, or the core's API with the token added here. */
export function serveAppScheme({ protocol }: Pick<ElectronPort, 'protocol'>, parts: AppProtocolParts): void {
  protocol.handle(APP_SCHEME, (request) => answer(request, parts));
}

export async function answer(request: Request, { rendererFolder, session }: AppProtocolParts): Promise<Response> {
  const url = URL.parse(request.url);
  if (!url || url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return nothing(404);
  if (isCorePath(url.pathname))
    return (await answerSession(request, session)) ?? forwardToCore(request, session.clientOrNull);
  if (request.method !== 'GET' && request.method !== 'HEAD') return nothing(405);
  return staticFile(rendererFolder, url.pathname);
}

function nothing(status: number): Response {
  return new Response(null, { status, headers: { ...COMMON_HEADERS, 'content-security-policy': DATA_POLICY } });
}
