import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Curled<Body> {
  readonly status: number;
  readonly body: Body;
  readonly bytes: Buffer;
}

/** One request by the real curl; the token comes from a file, as on a command line it should. */
export class Curl {
  readonly #url: string;
  readonly #config: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#config = join(mkdtempSync(join(tmpdir(), 'guardit-curl-')), 'curlrc');
    writeFileSync(this.#config, `header = "Authorization: Bearer ${token}"\n`, { mode: 0o600 });
  }

  request<Body = Record<string, unknown>>(method: string, path: string, json?: unknown): Promise<Curled<Body>> {
    const sent = json === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(json)];
    const args = ['-sS', '-K', this.#config, '-X', method, ...sent, '-w', '\n%{http_code}', `${this.#url}${path}`];
    return new Promise((resolve, reject) => {
      execFile('curl', args, { encoding: 'buffer', maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        if (error) return reject(new Error(`curl ${method} ${path}: ${stderr.toString()}`));
        const end = stdout.lastIndexOf(0x0a);
        const bytes = stdout.subarray(0, end);
        const isJson = bytes[0] === 0x7b || bytes[0] === 0x5b;
        // What a test expects is the type that it names.
        const body = (isJson ? JSON.parse(bytes.toString()) : {}) as Body;
        resolve({ status: Number(stdout.subarray(end + 1).toString()), body, bytes });
      });
    });
  }
}
