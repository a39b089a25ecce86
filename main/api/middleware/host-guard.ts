import type { IncomingMessage } from 'node:http';
import { AppError } from '../../app/errors/app-error.ts';

export interface HostGuardSettings {
  /** Names that this server goes by, in lower case, without ports; IPv6 addresses in brackets (bind-rules, serverNames). */
  readonly names: readonly string[];
  /**
   * Origins of pages that may call although they are not of this server's own name: behind a proxy that rewrites `Host`.
   * As browsers write them: `https://guardit.example`.
   */
  readonly origins?: readonly string[];
}

const HOST = /^(\[[0-9a-f:.]+\]|[^:[\]@/\\?#\s]+)(?::(\d{1,5}))?$/i;

/**
 * Keeps browsers from becoming a local script (api.md, "Who may do what"). A page that points a name of its own at this
 * machine (DNS rebinding) still sends that name as `Host`; a page of another origin is betrayed by `Origin` or by
 * `Sec-Fetch-Site`. Programs that are no browser send neither, and need nothing here.
 */
export function createHostGuard({ names, origins = [] }: HostGuardSettings): (request: IncomingMessage) => void {
  const knownNames = new Set(names.map((name) => name.toLowerCase()));
  const knownOrigins = new Set(origins);
  return (request) => {
    const host = checkHost(request, knownNames);
    const { origin } = request.headers;
    if (origin !== undefined && !knownOrigins.has(origin) && !isSameOrigin(origin, host, isEncrypted(request))) {
      throw new AppError('foreign_origin', 'Pages of another origin may not call this API.');
    }
    const site = request.headers['sec-fetch-site'];
    // `none`: typed by the user, or a bookmark. `same-site` may be anybody's server on another port of this machine.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new AppError('foreign_origin', 'Another site may not call this API.');
    }
  };
}

/** The one `Host` of the request, in lower case. */
function checkHost(request: IncomingMessage, names: ReadonlySet<string>): string {
  // An absolute target (`GET http://elsewhere/ HTTP/1.1`) names a host of its own; only proxies get one.
  if (!request.url?.startsWith('/')) throw foreignHost();
  const given = headerValues(request, 'host');
  const [host = ''] = given;
  const [, name = '', port] = HOST.exec(host) ?? [];
  if (given.length !== 1 || !names.has(name.toLowerCase()) || Number(port ?? 1) > 65_535) throw foreignHost();
  return host.toLowerCase();
}

/** Node keeps the first of several `Host` headers; a proxy in front may have looked at another one. */
function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function foreignHost(): AppError {
  return new AppError(
    'foreign_host',
    'The request is addressed to a name that this server does not go by (setting allowedHosts).',
  );
}

/**
 * Names and ports must agree. A page over TLS may call a plain server: that is a proxy in front which ends TLS. The other way
 * round, anybody on the network could have written the page.
 */
function isSameOrigin(origin: string, host: string, isTls: boolean): boolean {
  const scheme = /^(https?):\/\//.exec(origin)?.[1];
  if (scheme === undefined || (isTls && scheme !== 'https')) return false;
  const own = URL.parse(`${scheme}://${host}`);
  return own !== null && own.origin === origin;
}

function isEncrypted({ socket }: IncomingMessage): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
