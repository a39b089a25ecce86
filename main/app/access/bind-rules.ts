import { isIP } from 'node:net';
import { isLoopbackAddress } from './address.ts';

export interface BindSettings {
  /** Where the server listens: a name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Further names of this server. */
  readonly allowedHosts: readonly string[];
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '*']);
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** A name other than localhost may lead anywhere, today or tomorrow. */
export function isLoopbackHost(host: string): boolean {
  const plain = withoutBrackets(host);
  return plain.toLowerCase() === 'localhost' || isLoopbackAddress(plain);
}

/**
 * What is wrong with where a server is to listen, each a sentence for the admin; none: all is well. Beyond this machine
 * passwords and tokens travel, so only with TLS (api.md, "Addresses"). Who comes from there always needs a token: reporting
 * without one is for connections whose both ends are loopback, whatever the settings say.
 */
export function bindProblems({ host, port, tls, allowedHosts }: BindSettings): string[] {
  const problems: string[] = [];
  if (host.trim() === '') problems.push('host is empty. Use 127.0.0.1 for this machine only.');
  else if (!ANY_ADDRESS.has(host) && !isName(host)) {
    problems.push(`host "${host}" is neither a name nor an address; the port has a setting of its own.`);
  } else if (!tls && !isLoopbackHost(host)) {
    problems.push(
      `Listening on ${host} lets other machines in, and tokens would cross the network in the clear. ` +
        'Set tls.certFile and tls.keyFile, or listen on 127.0.0.1 only.',
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`port ${port} is not a port.`);
  for (const name of allowedHosts) {
    if (!isName(name)) problems.push(`allowedHosts: "${name}" is not a host name. Write it without scheme and port.`);
  }
  if (ANY_ADDRESS.has(host) && allowedHosts.length === 0) {
    problems.push(`Listening on ${host} needs allowedHosts: the names by which other machines call this one.`);
  }
  return problems;
}

/** The names that a request may be addressed to (`Host`), as host-guard takes them. */
export function serverNames({ host, allowedHosts }: Pick<BindSettings, 'host' | 'allowedHosts'>): string[] {
  const own = ANY_ADDRESS.has(host) ? [] : [host];
  const names = [...LOOPBACK_NAMES, ...own, ...allowedHosts].map((name) => withBrackets(name.toLowerCase()));
  return [...new Set(names)];
}

function isName(text: string): boolean {
  return isIP(withoutBrackets(text)) !== 0 || HOST_NAME.test(text);
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** As a browser writes an address in `Host`. */
function withBrackets(host: string): string {
  const plain = withoutBrackets(host);
  return isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname : host;
}
