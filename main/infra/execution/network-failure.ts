import { systemErrorCode } from '../files/durable-file.ts';
import { ExecutionFailure } from './outcomes.ts';

/** A certificate that is not trusted now will not be in a minute. */
const CERTIFICATE = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

const EXPLAINED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens at that address (ECONNREFUSED)',
  ENOTFOUND: 'its name has no address (ENOTFOUND)',
  EAI_AGAIN: 'the name server does not answer (EAI_AGAIN)',
  ECONNRESET: 'it closed the connection (ECONNRESET)',
  UND_ERR_SOCKET: 'it closed the connection before its answer was complete',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
  HTTP_PARSER: 'its answer is not HTTP/1.1',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are larger than 16 KiB',
};

/** What went wrong between us and a server, other than its answer. Rethrows what is no such trouble. */
export function networkFailure(error: unknown): ExecutionFailure {
  const known = [...causes(error)].find((cause) => cause instanceof ExecutionFailure);
  if (known) return known;
  const code = [...causes(error)].map(codeOf).find((found) => found !== undefined);
  if (code === undefined) throw error;
  if (code === 'UND_ERR_INVALID_ARG') {
    // Its message may quote a header.
    return new ExecutionFailure(
      'invalid_config',
      'The request’s address, headers or body can’t be sent.',
      false,
      error,
    );
  }
  const isCertificate = CERTIFICATE.test(code);
  const what = EXPLAINED[code] ?? (isCertificate ? `its certificate is not accepted (${code})` : code);
  return new ExecutionFailure('connect_failed', `The server could not be talked to: ${what}.`, !isCertificate, error);
}

/** undici gives its parser's errors a name only. */
function codeOf(error: unknown): string | undefined {
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  return systemErrorCode(error) ?? (isParserError ? 'HTTP_PARSER' : undefined);
}

/** The error and what lies under it; several addresses that were tried are an AggregateError. */
function* causes(error: unknown): Generator<unknown> {
  yield error;
  if (error instanceof AggregateError) for (const one of error.errors) yield* causes(one);
  if (error instanceof Error && error.cause !== undefined) yield* causes(error.cause);
}
