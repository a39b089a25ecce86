import { apiCallConfigSchema, webhookConfigSchema } from '../../../contracts/actions.ts';
import type { ApiCallConfig, WebhookConfig } from '../../../contracts/actions.ts';
import type { Dispatcher } from 'undici';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../../app/runs/ports.ts';
import type { AddressRule } from './address-policy.ts';
import { guardedAgent } from './guarded-agent.ts';
import { networkFailure } from './network-failure.ts';
import { failed, failedBy, parseConfig, stopped } from './outcomes.ts';
import { outgoingRequest, shownUrl } from './outgoing-request.ts';
import { isRedirect, redirected } from './redirect.ts';
import type { OutgoingRequest } from './redirect.ts';
import { SecretResolver } from './resolve-secrets.ts';
import { receiveBody } from './response-body.ts';
import { isRetryableStatus, retryAfterMs } from './retry-after.ts';
import { RunOutput } from './run-output.ts';
import { StopSignal } from './stop-signal.ts';

export interface HttpExecutorOptions {
  /** For the whole installation; a config can only be stricter. Default: allow. */
  readonly privateAddresses?: AddressRule;
  /** Default: deny, also where private addresses are allowed. */
  readonly linkLocal?: AddressRule;
}

/** `api_call` and `webhook`: one HTTP request, its redirects followed, its answer in the log. */
export class HttpExecutor implements Executor {
  readonly #options: HttpExecutorOptions;

  constructor(options: HttpExecutorOptions = {}) {
    this.#options = options;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    try {
      const isWebhook = job.type === 'webhook';
      const config = parseConfig(isWebhook ? webhookConfigSchema : apiCallConfigSchema, job.config);
      const secrets = new SecretResolver(context.secrets);
      const defaultBody = isWebhook ? { task_id: job.taskId, run_id: job.runId } : undefined;
      const request = await outgoingRequest(config, secrets, defaultBody);
      const output = new RunOutput(context.log, [...secrets.values, context.environment.GUARDIT_TOKEN]);
      const hidesUrl = isWebhook || typeof config.url !== 'string';
      const stop = new StopSignal(context.signal, Math.min(config.timeout, job.timeoutMs ?? Infinity));
      const outcome = await this.#exchange({ config, request, output, stop, hidesUrl }).finally(() => stop.dispose());
      const logIncomplete = await output.finish();
      return logIncomplete === undefined ? outcome : { ...outcome, logIncomplete };
    } catch (error) {
      return failedBy(error);
    }
  }

  async #exchange(exchange: Exchange): Promise<ExecutionOutcome> {
    const { config, output, stop } = exchange;
    const agent = guardedAgent(
      {
        privateAddresses: this.#options.privateAddresses === 'deny' ? 'deny' : config.privateAddresses,
        linkLocal: this.#options.linkLocal ?? 'deny',
      },
      config.timeout,
    );
    try {
      return await converse(exchange, agent);
    } catch (error) {
      if (stop.reason) return stopped(stop);
      const failure = networkFailure(error);
      const reason = output.masker.maskText(failure.message);
      await output.note(reason);
      return failed(failure.code, reason, failure.retryable);
    } finally {
      await agent.destroy();
    }
  }
}

interface Exchange {
  readonly config: ApiCallConfig | WebhookConfig;
  readonly request: OutgoingRequest;
  readonly output: RunOutput;
  readonly stop: StopSignal;
  readonly hidesUrl: boolean;
}

/** Follows redirects to the answer that counts. */
async function converse(exchange: Exchange, agent: Dispatcher): Promise<ExecutionOutcome> {
  const { config, output, hidesUrl } = exchange;
  let { request } = exchange;
  for (let redirects = 0; ; redirects++) {
    const response = await send(request, agent, exchange.stop.signal);
    const status = response.statusCode;
    await output.note(`${request.method} ${shownUrl(request.url, hidesUrl)} answered ${status}`);
    const location = oneOf(response.headers['location']);
    // Whoever expects a redirect's status wants to see it, not to follow it.
    if (config.expectedStatus?.includes(status) || !isRedirect(status, location)) return judge(exchange, response);
    await endUnread(response);
    if (redirects === config.maxRedirects) {
      const reason = `The server redirects more than ${config.maxRedirects} times.`;
      await output.note(reason);
      return failed('refused', reason, false, { httpStatus: status });
    }
    request = redirected(request, status, location);
  }
}

function send(request: OutgoingRequest, agent: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return agent.request({
    origin: request.url.origin,
    path: `${request.url.pathname}${request.url.search}`,
    method: request.method,
    headers: { ...request.headers },
    body: request.body,
    signal,
  });
}

async function judge(exchange: Exchange, response: Dispatcher.ResponseData): Promise<ExecutionOutcome> {
  const { config, output } = exchange;
  const httpStatus = response.statusCode;
  const contentType = oneOf(response.headers['content-type']) ?? '';
  const { totalBytes, json } = await receiveBody(response.body, contentType, config.maxResponseBytes, output);
  const result = { http_status: httpStatus, content_type: contentType, body_bytes: totalBytes, body: json };
  const isExpected = config.expectedStatus?.includes(httpStatus) ?? (httpStatus >= 200 && httpStatus < 300);
  if (isExpected) return { status: 'completed', httpStatus, result };
  const waitMs = retryAfterMs(oneOf(response.headers['retry-after']), Date.now());
  const reason = `The server answered ${httpStatus}, which is not expected.`;
  return failed('http_status', reason, isRetryableStatus(httpStatus), {
    httpStatus,
    result,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

/** A redirect's body says nothing; one that never ends must not be read. Destroying it closes the connection. */
async function endUnread(response: Dispatcher.ResponseData): Promise<void> {
  response.body.on('error', () => undefined);
  response.body.destroy();
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
