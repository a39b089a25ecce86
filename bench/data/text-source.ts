import type { SeededRandom } from './seeded-random.ts';

const WORD_COUNT = 8000;
/** Longer than any single line. */
const LINE_ROOM = 1024;
const LEVELS = ['INFO', 'WARN', 'DEBUG', 'ERROR'];
const SERVICES = ['auth', 'billing', 'gateway', 'search', 'mailer', 'storage', 'scheduler'];

/** Text that compresses about as real text does: logs, JSON records and sentences, over one skewed vocabulary. */
export class TextSource {
  readonly #random: SeededRandom;
  readonly #words: readonly string[];
  #clockMs = Date.UTC(2024, 0, 1);

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#words = Array.from({ length: WORD_COUNT }, () => this.#coinWord());
  }

  /** One kind of text throughout, cut at exactly `length` bytes. */
  text(length: number): Buffer {
    const line = this.#random.pick([() => this.#logLine(), () => this.#record(), () => this.#sentence()]);
    const out = Buffer.allocUnsafe(length + LINE_ROOM);
    let at = 0;
    while (at < length) at += out.write(line(), at, 'latin1');
    return out.subarray(0, length);
  }

  #coinWord(): string {
    const length = this.#random.between(2, 10);
    const letters = Array.from({ length }, () => 97 + Math.floor(26 * this.#random.unit() ** 1.6));
    return String.fromCharCode(...letters);
  }

  /** Few words are common, most are rare. */
  #word(): string {
    return this.#words[Math.floor(WORD_COUNT * this.#random.unit() ** 3)] ?? '';
  }

  #phrase(min: number, max: number): string {
    let phrase = this.#word();
    for (let left = this.#random.between(min, max) - 1; left > 0; left--) phrase += ` ${this.#word()}`;
    return phrase;
  }

  #logLine(): string {
    const random = this.#random;
    const time = new Date((this.#clockMs += random.below(900))).toISOString();
    const request = random.next().toString(16);
    const source = `[${random.pick(SERVICES)}-${random.below(32)}]`;
    const facts = `req=${request} user=${random.below(100_000)} lat=${(random.below(50_000) / 100).toFixed(2)}ms`;
    return `${time} ${random.pick(LEVELS)} ${source} ${facts} ${this.#phrase(4, 13)}\n`;
  }

  #record(): string {
    const random = this.#random;
    const record = {
      id: random.below(10_000_000),
      ts: (this.#clockMs += random.below(1000)),
      service: random.pick(SERVICES),
      ok: random.below(2) === 1,
      score: Number(random.unit().toFixed(5)),
      tags: [this.#word(), this.#word()],
      msg: this.#phrase(3, 10),
    };
    return `${JSON.stringify(record)}\n`;
  }

  #sentence(): string {
    return `${this.#phrase(8, 19)}.\n`;
  }
}
