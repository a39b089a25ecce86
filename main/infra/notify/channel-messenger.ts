import { request } from 'undici';
import type { AlertMessage, ChannelRecord, Messenger } from '../../app/alerts/ports.ts';
import { SendFailure } from '../../app/alerts/ports.ts';
import { SecretError, type SecretStore } from '../../app/secrets/ports.ts';
import type { AddressRule } from '../execution/address-policy.ts';
import { guardedAgent } from '../execution/guarded-agent.ts';
import { networkFailure } from '../execution/network-failure.ts';
import type { ExecutionFailure } from '../execution/outcomes.ts';
import { SecretResolver } from '../execution/resolve-secrets.ts';
import { HTTP_MESSAGES, type HttpMessage } from './http-message.ts';
import { sendMail } from './mail.ts';

const TIMEOUT_MS = 20_000;

/** Gives messages to mail servers, chat services and webhooks. */
export class ChannelMessenger implements Messenger {
  readonly #privateAddresses: AddressRule;

  /** `privateAddresses`: whether webhooks may go to this machine and private networks; the installation's setting. */
  constructor(privateAddresses: AddressRule) {
    this.#privateAddresses = privateAddresses;
  }

  async send({ kind, config }: ChannelRecord, message: AlertMessage, store: SecretStore): Promise<void> {
    const secrets = new SecretResolver(store);
    try {
      if (kind === 'smtp') return await sendMail(config, message, secrets);
      await this.#post(await HTTP_MESSAGES[kind](config, message, secrets));
    } catch (error) {
      if (error instanceof SecretError) throw new SendFailure(error.message, false, error);
      throw error;
    }
  }

  async #post({ url, headers, body }: HttpMessage): Promise<void> {
    const agent = guardedAgent({ privateAddresses: this.#privateAddresses, linkLocal: 'deny' }, TIMEOUT_MS);
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
      // What it answers is not looked at; a body that never ends must not be waited for.
      response.body.on('error', () => undefined);
      response.body.destroy();
      const { statusCode } = response;
      if (statusCode >= 200 && statusCode < 300) return;
      const isRetryable = statusCode === 429 || statusCode >= 500;
      throw new SendFailure(`${new URL(url).origin} answered ${statusCode}.`, isRetryable);
    } catch (error) {
      throw sendFailure(error);
    } finally {
      await agent.destroy();
    }
  }
}

function sendFailure(error: unknown): unknown {
  if (error instanceof SendFailure) return error;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new SendFailure(`The server did not answer within ${TIMEOUT_MS / 1000} seconds.`, true, error);
  }
  const failure: ExecutionFailure = networkFailure(error);
  return new SendFailure(failure.message, failure.retryable, error);
}
