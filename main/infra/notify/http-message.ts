import { createHmac } from 'node:crypto';
import { CHANNEL_CONFIG_SCHEMAS, type ChannelKind } from '../../../contracts/channels.ts';
import { SendFailure, type AlertMessage } from '../../app/alerts/ports.ts';
import type { SecretResolver } from '../execution/resolve-secrets.ts';

/** What goes out to a channel that is reached by HTTP. */
export interface HttpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Config = Readonly<Record<string, unknown>>;
type Builder = (config: Config, message: AlertMessage, secrets: SecretResolver) => Promise<HttpMessage>;

const COLOURS = { info: 0x2f7d95, warning: 0xb97309, critical: 0xc4314b, resolved: 0x2e7d32 } as const;
const MAX_DISCORD_DESCRIPTION = 4000;

export const HTTP_MESSAGES: Readonly<Record<Exclude<ChannelKind, 'smtp'>, Builder>> = {
  webhook: async (config, message, secrets) => {
    const { url, headers, secret } = CHANNEL_CONFIG_SCHEMAS.webhook.parse(config);
    const body = JSON.stringify(webhookBody(message));
    const key = secret === undefined ? undefined : await secrets.text(secret);
    const signature: Record<string, string> =
      key === undefined ? {} : { 'x-guardit-signature': `sha256=${hmac(key, body)}` };
    const given = await secrets.record(headers);
    return post(await secrets.text(url), body, { 'x-guardit-delivery': message.id, ...given, ...signature });
  },
  slack: async (config, message, secrets) => {
    const { url } = CHANNEL_CONFIG_SCHEMAS.slack.parse(config);
    const text = `*${slackText(message.title)}*\n${slackText(message.text)}`;
    return post(await secrets.text(url), JSON.stringify({ text }));
  },
  teams: async (config, message, secrets) => {
    const { url } = CHANNEL_CONFIG_SCHEMAS.teams.parse(config);
    return post(await secrets.text(url), JSON.stringify(teamsCard(message)));
  },
  discord: async (config, message, secrets) => {
    const { url } = CHANNEL_CONFIG_SCHEMAS.discord.parse(config);
    const embed = {
      title: message.title.slice(0, 256),
      description: message.text.slice(0, MAX_DISCORD_DESCRIPTION),
      color: COLOURS[message.what === 'resolved' ? 'resolved' : message.severity],
    };
    // A file called @everyone must not call everybody.
    return post(await secrets.text(url), JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }));
  },
  ntfy: async (config, message, secrets) => {
    const { server, topic, token } = CHANNEL_CONFIG_SCHEMAS.ntfy.parse(config);
    const body = JSON.stringify({
      topic,
      title: message.title,
      message: message.text,
      priority: message.what === 'resolved' ? 2 : { info: 2, warning: 3, critical: 5 }[message.severity],
      tags: [message.what === 'resolved' ? 'white_check_mark' : 'warning'],
    });
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${await secrets.text(token)}` };
    // With JSON, the topic stands in the body and the address is the server's.
    return post(server, body, authorization);
  },
};

function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): HttpMessage {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    // It may be a secret: it is not shown.
    throw new SendFailure("The channel's url is no http or https address.", false);
  }
  return { url, body, headers: { 'content-type': 'application/json', 'user-agent': 'GuardIT', ...headers } };
}

function webhookBody({ id, what, kind, severity, object, title, text, ...rest }: AlertMessage) {
  return {
    id,
    event: what === 'test' ? 'test' : `alert.${what}`,
    ...{ kind, severity, object, title, text },
    alert_id: rest.alertId,
    opened_at: rest.openedAt,
    resolved_at: rest.resolvedAt,
    machine: rest.hostName,
  };
}

function hmac(key: string, body: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Slack's three control characters: without them nothing in a text is a link or calls anybody. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An adaptive card, which is what a Teams workflow's webhook takes. Its texts are plain runs: no markdown is read in them. */
function teamsCard({ title, text, what, severity }: AlertMessage) {
  const color = what === 'resolved' ? 'good' : { info: 'accent', warning: 'warning', critical: 'attention' }[severity];
  const block = (content: string, more: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: content, ...more }],
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: [
            block(title, { weight: 'bolder', color }),
            ...text
              .split('\n')
              .filter(Boolean)
              .map((line) => block(line, {})),
          ],
        },
      },
    ],
  };
}
