import type { z } from 'zod';
import { AppError } from '../../app/errors/app-error.ts';
import type { Operation } from '../operation.ts';

/** Checks one part of a request by its schema. The first defect stands in `details`, all of them in `details.issues`. */
export function validate(schema: z.ZodType | undefined, value: unknown, part: 'path' | 'query' | 'body'): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES).map((issue) => describe(issue, part));
  const [first] = issues;
  throw new AppError('invalid_request', first ? `${first.field}: ${first.message}` : `The ${part} is invalid.`, {
    field: first?.field ?? part,
    code: first?.code ?? 'invalid',
    issues,
  });
}

const MAX_ISSUES = 20;

interface Issue {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

function describe(issue: z.core.$ZodIssue, part: string): Issue {
  if (issue.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0] ?? ''].map(String).join('.');
    return { field, code: 'unknown_field', message: 'there is no such field' };
  }
  return { field: issue.path.map(String).join('.') || part, code: issue.code, message: issue.message };
}

/** A parameter given twice would be decided by chance: refused. */
export function queryOf(search: URLSearchParams): Record<string, string> {
  // No prototype: a parameter may be called `__proto__`.
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of search) {
    if (name in query) {
      throw new AppError('invalid_request', `${name}: is given twice`, { field: name, code: 'repeated' });
    }
    query[name] = value;
  }
  return query;
}

export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters, at: number) => `${at > 0 ? '_' : ''}${letters.toLowerCase()}`);
}

/** Renames snake_case names of the top level to the schema's camelCase ones. Both at once are refused. */
export function withoutAliases(body: unknown, operation: Operation): unknown {
  const shape = shapeOf(operation.body);
  if (!operation.snakeCaseAliases || !shape || typeof body !== 'object' || body === null || Array.isArray(body))
    return body;
  const canonical = new Map(Object.keys(shape).map((name) => [snakeCase(name), name]));
  const renamed: [string, unknown][] = [];
  for (const [name, value] of Object.entries(body)) {
    const target = name in shape ? name : (canonical.get(name) ?? name);
    if (target !== name && Object.hasOwn(body, target)) {
      throw new AppError('invalid_request', `${name}: is the same as ${target}; send one of them`, {
        field: name,
        code: 'repeated',
      });
    }
    renamed.push([target, value]);
  }
  return Object.fromEntries(renamed);
}

/** The fields of an object schema, also where it is refined. */
export function shapeOf(schema: z.ZodType | undefined): Record<string, z.ZodType> | undefined {
  if (schema && 'shape' in schema && typeof schema.shape === 'object' && schema.shape !== null) {
    return schema.shape as Record<string, z.ZodType>;
  }
  return undefined;
}
