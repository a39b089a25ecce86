import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** As it came: nothing decoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An HTTP server on loopback that writes down what it is asked and answers what it was told to. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** The answers to come; when they are used up, `{"ok":true}` again and again. */
  readonly answers: Answer[];
  close(): Promise<void>;
}

export async function startRecordingServer(): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void record(request).then((recorded) => {
      requests.push(recorded);
      reply(response, answers.shift() ?? { status: 200, body: '{"ok":true}' });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, requests, answers, close };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').toLowerCase();
    // A header sent twice must be seen: Node would keep one of them.
    headers[name] =
      name in headers ? `${headers[name]}, ${request.rawHeaders[at + 1]}` : (request.rawHeaders[at + 1] ?? '');
  }
  return { method: request.method ?? '', target: request.url ?? '', headers, body: Buffer.concat(pieces) };
}

function reply(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body ?? '');
}
