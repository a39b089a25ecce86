import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ProofReply } from '../../../contracts/access.ts';
import { serverProof } from '../../app/access/server-proof.ts';
import { ServiceClient, type Reach } from './service-client.ts';
import { ServiceError } from './service-error.ts';

/** One of the installation's token files. */
export interface FileToken {
  readonly name: 'admin' | 'reporter';
  readonly path: string;
  readonly token: string;
}

/**
 * Makes sure that who listens there knows this token, before it is shown (windows.md, "Service and tray"): another program may have
 * taken the port. Throws a ServiceError otherwise.
 */
export async function proveServer(reach: Reach, file: FileToken): Promise<void> {
  const { url } = reach;
  const client = new ServiceClient({ ...reach, token: null });
  try {
    const nonce = randomBytes(24).toString('hex');
    const { proof } = await client.send('POST', '/api/auth/proof', ProofReply, { nonce, token: file.name });
    const expected = Buffer.from(serverProof(file.token, nonce, portOf(url)));
    const given = Buffer.from(proof);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  } catch (error) {
    // Too many questions, or a server that is overloaded: says nothing about who it is.
    if (!(error instanceof ServiceError) || error.kind === 'unreachable' || isBusy(error)) throw error;
  } finally {
    await client.close();
  }
  throw new ServiceError(
    'untrusted',
    `What answers at ${url} does not know the token in ${file.path}, so the token was not sent. Another program may have taken the ` +
      'port. If it is a GuardIT with another data folder, name that: --data-dir FOLDER; or log in: guardit login.',
  );
}

function isBusy({ refusal }: ServiceError): boolean {
  return refusal !== null && (refusal.status === 429 || refusal.status >= 500);
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
