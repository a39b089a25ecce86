import findMyWay from 'find-my-way';
import type { HTTPMethod } from 'find-my-way';
import type { Operation } from '../operation.ts';

export interface Match {
  readonly operation: Operation;
  /** Decoded, as they stand in the path. */
  readonly params: Readonly<Record<string, string>>;
}

/** Longest parameter of a path: a task id of 255 characters, each of four bytes, percent-encoded. */
const MAX_PARAMETER_LENGTH = 255 * 12;
const METHODS: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Finds the operation for a method and a path. Text of a route wins over a parameter: `/api/tasks/stats` is not a task. */
export class Router {
  readonly #routes = findMyWay({ maxParamLength: MAX_PARAMETER_LENGTH, caseSensitive: true });

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      this.#routes.on(operation.method, operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), noHandler, operation);
    }
  }

  /** `path` is the request's, still percent-encoded. HEAD is answered as GET. Null: no such route for this method. */
  match(method: string, path: string): Match | null {
    const wanted = METHODS.find((known) => known === (method === 'HEAD' ? 'GET' : method));
    if (wanted === undefined) return null;
    const found = this.#routes.find(wanted, path);
    if (!found) return null;
    const params = Object.fromEntries(Object.entries(found.params).map(([name, value]) => [name, value ?? '']));
    return { operation: found.store as Operation, params };
  }

  /** The methods that a path has, for `Allow`; none for a path that nobody knows. */
  methodsOf(path: string): string[] {
    return METHODS.filter((method) => this.#routes.find(method, path));
  }
}

function noHandler(): void {
  throw new Error('Routes are looked up, not called.');
}
