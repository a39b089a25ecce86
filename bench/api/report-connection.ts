import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { reportOf, STEPS } from './reports.ts';

/** `status` of HTTP; `latencyMs` since the report was handed over, so time in this connection's own queue counts. */
export type Answered = (status: number, latencyMs: number) => void;

interface Waiting {
  readonly sinceMs: number;
  readonly answered: Answered;
}

/**
 * One client's connection, kept open. It speaks just enough HTTP/1.1 to report a status, because what a full client computes for
 * each request competes with the server for the same cores. Requests are made beforehand; answers need a Content-Length.
 */
export class ReportConnection {
  readonly #socket: Socket;
  readonly #requests: readonly Buffer[];
  readonly #waiting: Waiting[] = [];
  #step: number;
  #received = '';
  #failure: Error | null = null;

  private constructor(socket: Socket, port: number, client: number) {
    this.#socket = socket;
    this.#requests = Array.from({ length: STEPS }, (_, step) => bytesOf(port, client, step));
    // Not all at the same step of their run.
    this.#step = client % STEPS;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  static async open(port: number, client: number): Promise<ReportConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new ReportConnection(socket, port, client);
  }

  /** Reports the next step, after those that are not answered yet. Status 0 means that the connection broke. */
  report(answered: Answered): void {
    const sinceMs = performance.now();
    if (this.#failure) return answered(0, 0);
    this.#waiting.push({ sinceMs, answered });
    if (this.#waiting.length === 1) this.#send();
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(): void {
    const request = this.#requests[this.#step];
    if (request) this.#socket.write(request);
    this.#step = (this.#step + 1) % STEPS;
  }

  #receive(bytes: Buffer): void {
    this.#received += bytes.toString('latin1');
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(this.#received) ?? [];
    if (length === undefined) return this.#fail(new Error('An answer came without Content-Length.'));
    if (this.#received.length < head + 4 + Number(length)) return;
    const status = Number(this.#received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.#received = '';
    const first = this.#waiting.shift();
    if (this.#waiting.length > 0) this.#send();
    first?.answered(status, performance.now() - first.sinceMs);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { answered, sinceMs } of this.#waiting.splice(0)) answered(0, performance.now() - sinceMs);
  }
}

function bytesOf(port: number, client: number, step: number): Buffer {
  const { method, path, headers, body } = reportOf(`task-${client}`, step);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
