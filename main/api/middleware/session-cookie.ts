import type { IncomingMessage } from 'node:http';

/** Longer than any login of ours; what is longer is not looked at. */
const MAX_COOKIE_LENGTH = 8_192;
const LOGIN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export interface CookieSettings {
  /** Cookies know no ports: two services on one machine would log each other out. */
  readonly port: () => number;
  /** Whether the server speaks TLS by itself. */
  readonly isTls: boolean;
}

/**
 * The login of a browser: a cookie that no script can read, so that nothing on a page can give it away.
 *
 * A browser sends a cookie by itself, whoever made it send the request. So a cookie counts only where the browser says that a
 * page of this very origin asked (`Sec-Fetch-Site: same-origin`, or `Origin`, which the guard has compared with `Host`):
 * never for a link, an image, a form of another page, or an address that somebody typed. Programs use `Authorization`.
 */
export class SessionCookie {
  readonly #settings: CookieSettings;

  constructor(settings: CookieSettings) {
    this.#settings = settings;
  }

  /** The login that a request of our own pages carries. */
  read({ headers }: IncomingMessage): string | null {
    const { cookie, origin } = headers;
    if (cookie === undefined || cookie.length > MAX_COOKIE_LENGTH) return null;
    const site = headers['sec-fetch-site'];
    // A page of another site would say so: the guard has refused both that and a foreign Origin before.
    if (site === undefined ? origin === undefined : site !== 'same-origin') return null;
    const start = `${this.#name}=`;
    const found = cookie.split(';').map((part) => part.trim());
    const value = found.find((part) => part.startsWith(start))?.slice(start.length);
    return value !== undefined && LOGIN.test(value) ? value : null;
  }

  /** For `Set-Cookie`. Strict: not even a link from elsewhere brings it along. */
  write(token: string, expiresAt: Date): string {
    return `${this.#name}=${token}; Expires=${expiresAt.toUTCString()}; ${this.#attributes}`;
  }

  /** For `Set-Cookie` at a logout. */
  clear(): string {
    return `${this.#name}=; Max-Age=0; ${this.#attributes}`;
  }

  get #name(): string {
    // __Host-: a browser takes it over TLS only, and from no other host of the same domain.
    return `${this.#settings.isTls ? '__Host-' : ''}guardit-${this.#settings.port()}`;
  }

  get #attributes(): string {
    return `Path=/; HttpOnly; SameSite=Strict${this.#settings.isTls ? '; Secure' : ''}`;
  }
}
