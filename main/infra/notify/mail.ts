import { CHANNEL_CONFIG_SCHEMAS } from '../../../contracts/channels.ts';
import { SendFailure, type AlertMessage } from '../../app/alerts/ports.ts';
import type { SecretResolver } from '../execution/resolve-secrets.ts';
import { systemErrorCode } from '../files/durable-file.ts';

const TIMEOUT_MS = 20_000;

/** Sends a message by SMTP. Certificates are checked; with `starttls` nothing goes out before the connection is encrypted. */
export async function sendMail(
  config: Readonly<Record<string, unknown>>,
  message: AlertMessage,
  secrets: SecretResolver,
): Promise<void> {
  const { host, port, security, user, password, from, to } = CHANNEL_CONFIG_SCHEMAS.smtp.parse(config);
  const pass = password === undefined ? '' : await secrets.text(password);
  // Large, and rarely needed.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: { name: 'GuardIT', address: from },
      to: [...to],
      subject: message.title,
      text: message.text,
      messageId: `<${message.id.replaceAll(/[^A-Za-z0-9.@_-]/g, '_')}>`,
      // Out-of-office replies to a machine help nobody (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    throw mailFailure(error, host, port);
  } finally {
    transport.close();
  }
}

/** What the server said may quote the envelope, never the password. */
function mailFailure(error: unknown, host: string, port: number): SendFailure {
  const code = systemErrorCode(error) ?? 'unknown';
  const where = `the mail server ${host}:${port}`;
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  if (code === 'EAUTH') return new SendFailure(`User name and password are not accepted by ${where}.`, false, error);
  if (code === 'ETLS') return new SendFailure(`No encrypted connection to ${where} can be made.`, false, error);
  if (status >= 400) {
    const said = error instanceof Error && 'response' in error ? String(error.response).slice(0, 200) : '';
    return new SendFailure(`The message was refused by ${where}: ${said || status}`, status < 500, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new SendFailure(`The message could not be given to ${where} (${code}): ${reason.slice(0, 200)}`, true, error);
}
