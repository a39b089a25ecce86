import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface SunkMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/** A mail server that keeps what it gets. */
export async function startMailSink(options: SMTPServerOptions = {}) {
  const mails: SunkMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.onAuth ? [] : ['AUTH'],
    ...options,
    onData: (stream, session, done) => {
      simpleParser(stream).then(({ subject = '', text = '', messageId = '' }) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), subject, text, messageId });
        done();
      }, done);
    },
  });
  // Clients that turn away from a certificate break the connection.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, port: (server.server.address() as AddressInfo).port };
}
