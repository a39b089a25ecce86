import { isSecretLike, secretReferenceSchema } from '../../../contracts/actions.ts';
import type { SecretReference } from '../../../contracts/actions.ts';
import { SecretError } from '../../app/secrets/ports.ts';
import type { SecretStore } from '../../app/secrets/ports.ts';

/** As deep as a config may be nested that has secrets to resolve. */
const MAX_DEPTH = 100;

/** A config's secrets, read for one run. What it has read is masked in that run's log. */
export class SecretResolver {
  readonly #store: SecretStore;
  readonly #values = new Map<string, string>();

  constructor(store: SecretStore) {
    this.#store = store;
  }

  get values(): Iterable<string> {
    return this.#values.values();
  }

  /** Throws SecretError. */
  async text(value: string | SecretReference): Promise<string> {
    if (typeof value === 'string') return value;
    return `${value.prefix ?? ''}${await this.#read(value.$secret)}`;
  }

  async record(entries: Readonly<Record<string, string | SecretReference>>): Promise<Record<string, string>> {
    const resolved: [string, string][] = [];
    for (const [name, value] of Object.entries(entries)) resolved.push([name, await this.text(value)]);
    // fromEntries defines, it does not assign: a `__proto__` stays an ordinary name.
    return Object.fromEntries(resolved);
  }

  /** A copy with every reference replaced, however deep. */
  async deep(value: unknown, depth = 0): Promise<unknown> {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw new SecretError('invalid_secret_name', 'The configuration is nested too deep.');
    if (isSecretLike(value)) return this.text(secretReferenceSchema.parse(value));
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await this.deep(item, depth + 1));
      return items;
    }
    const entries: [string, unknown][] = [];
    for (const [name, item] of Object.entries(value)) entries.push([name, await this.deep(item, depth + 1)]);
    return Object.fromEntries(entries);
  }

  async #read(name: string): Promise<string> {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = await this.#store.read(name);
    this.#values.set(name, value);
    return value;
  }
}
