import { createHmac } from 'node:crypto';

/**
 * Shows that this server knows a token without showing the token. A client asks for it before it sends its own: another
 * program may have taken the port (windows.md, "Service and tray"). The port is part of it, so that such a program can't pass
 * the question on to the real server on another port.
 */
export function serverProof(token: string, nonce: string, port: number): string {
  return createHmac('sha256', token).update(`${nonce}:${port}`).digest('hex');
}
