import { pino, type Logger } from 'pino';

/** What writes the service's log. */
export type ServiceLog = Logger;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Field names whose values never reach the log, wherever they stand. */
const SECRET_FIELDS = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
];

/**
 * The service's own log: one JSON object a line, on standard error. Standard output belongs to the one line that says where
 * the service listens.
 */
export function createServiceLog(level: LogLevel): ServiceLog {
  const redact = { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' };
  return pino(
    { level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
}
