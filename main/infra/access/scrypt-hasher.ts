import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '../../app/errors/app-error.ts';
import type { PasswordHasher } from '../../app/access/ports.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** About 100 ms and 32 MiB for each attempt. */
const DEFAULT_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 1 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** `$scrypt$N=…,r=…,p=…$salt$hash`, the latter two base64url. */
const FORM = /^\$scrypt\$N=(\d{1,7}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

/** The thread pool also flushes the catalog and reads logs: passwords take at most this share of its four threads. */
const MAX_AT_ONCE = 2;
/** Who comes later is sent away: the queue is longer than anybody waits. */
const MAX_WAITING = 30;

export class ScryptHasher implements PasswordHasher {
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  readonly #nobody: string;
  #running = 0;

  constructor(cost: ScryptCost = DEFAULT_COST) {
    this.#cost = cost;
    this.#nobody = format(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return format(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  async verify(password: string, hash: string): Promise<boolean> {
    const { cost, salt, expected } = parse(hash);
    return timingSafeEqual(await this.#derive(password, salt, cost), expected);
  }

  async verifyNobody(password: string): Promise<boolean> {
    await this.verify(password, this.#nobody);
    return false;
  }

  async #derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
    await this.#enter();
    try {
      // Node's own ceiling of 32 MiB is just too low for these parameters.
      return await derive(password, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < MAX_AT_ONCE) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) {
      const message = 'Too many people log in at this moment. Try again.';
      throw new AppError('unavailable', message, {}, { retryAfterSeconds: 2 });
    }
    // Whoever leaves hands on the place: the count stays.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

function format({ N, r, p }: ScryptCost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$N=${N},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function parse(text: string): { cost: ScryptCost; salt: Buffer; expected: Buffer } {
  const [, N, r, p, salt = '', expected = ''] = FORM.exec(text) ?? [];
  if (N === undefined) throw new Error('A stored password hash has a form that nobody knows.');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), expected: Buffer.from(expected, 'base64url') };
}
