import type { WebSession } from '../../../contracts/access.ts';
import type { CoreConnection } from '../../../contracts/shell-bridge.ts';
import { ServiceError, type Attachment, type ServiceClient } from '../../host/attach/index.ts';
import type { ServiceOptions } from '../../host/index.ts';
import { CoreFeed } from './core-feed.ts';
import { CoreLink, type LinkOptions } from './core-link.ts';
import { logIn } from './core-orders.ts';
import type { CoreView } from './core-view.ts';
import type { LoginStore } from './login-store.ts';

/** Milliseconds, where tests want others than people do. */
export interface SessionTiming extends Pick<LinkOptions, 'retryMs' | 'patienceMs' | 'claimWatchMs'> {
  readonly restMs?: number;
  readonly refreshMs?: number;
}

export interface SessionOptions {
  readonly service: ServiceOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly logins: LoginStore;
  readonly timing?: SessionTiming;
  /** `view` is null until the core that is connected now has been read. */
  readonly onChange: (connection: CoreConnection, view: CoreView | null) => void;
}

/** The core as the tray sees it: connected somehow, and what it says. A lost connection takes what was known with it. */
export class CoreSession {
  readonly #options: SessionOptions;
  readonly #link: CoreLink;
  #feed: CoreFeed | null = null;
  #view: CoreView | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { service, env, logins, timing } = options;
    this.#link = new CoreLink({
      ...timing,
      ...{ service, env },
      loginAt: (url) => logins.tokenAt(url),
      onChange: (connection, attachment) => this.#connected(connection, attachment),
    });
  }

  get connection(): CoreConnection {
    return this.#link.connection;
  }

  get view(): CoreView | null {
    return this.#view;
  }

  /** Null while there is no core. */
  get clientOrNull(): ServiceClient | null {
    return this.#link.attachment?.client ?? null;
  }

  /** Throws, for a person, while there is no core. */
  get client(): ServiceClient {
    const client = this.clientOrNull;
    if (!client) throw new Error('GuardIT is not connected right now. It keeps trying; ask again in a moment.');
    return client;
  }

  start(): void {
    this.#link.start();
  }

  /** The machine was asleep: what is known is old. */
  refresh(): void {
    this.#feed?.refresh();
  }

  /** From here on the core is spoken to as this user. Throws a ServiceError. */
  async logIn(username: string, password: string): Promise<WebSession> {
    const { env, logins, service } = this.#options;
    const { url, reply } = await logIn({ dataFolder: service.dataFolder, env, username, password });
    logins.save(url, reply.token);
    await this.#link.again();
    return { expires_at: reply.expires_at, user: reply.user };
  }

  async logOut(): Promise<void> {
    // The service may be gone, or the login: here it is forgotten all the same.
    await this.clientOrNull?.order('POST', '/api/auth/logout').catch(() => undefined);
    this.#options.logins.clear();
    await this.#link.again();
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#link.stop();
  }

  #connected(connection: CoreConnection, attachment: Attachment | null): void {
    this.#unfollow();
    if (attachment && connection.kind !== 'login-needed') this.#follow(attachment.client);
    this.#options.onChange(connection, null);
  }

  #follow(client: ServiceClient): void {
    const { restMs, refreshMs } = this.#options.timing ?? {};
    const feed = new CoreFeed({
      client,
      ...(restMs === undefined ? {} : { restMs }),
      ...(refreshMs === undefined ? {} : { refreshMs }),
      onView: (view) => {
        this.#view = view;
        this.#options.onChange(this.#link.connection, view);
      },
      onLost: (error) => this.#lost(error),
    });
    this.#feed = feed;
    feed.start();
  }

  #unfollow(): void {
    this.#feed?.stop();
    this.#feed = null;
    this.#view = null;
  }

  #lost(error: unknown): void {
    // A login that has run out is no login: else it would be tried again and again.
    const isLoggedOut = error instanceof ServiceError && error.refusal?.status === 401;
    if (isLoggedOut) this.#options.logins.clear();
    // Another version, or rights that are too few: to try again at once would be to try without end.
    if (error instanceof ServiceError && error.kind !== 'unreachable' && !isLoggedOut) this.#link.failed(error.message);
    else this.#link.lost();
  }
}
