import { z } from 'zod';
import { AppError } from '../../app/errors/app-error.ts';
import type { Operation } from '../operation.ts';
import type { ErrorStyle } from './error-style.ts';

/** Checks one part of a request by its schema. The first defect stands in `details`, all of them in `details.issues`. */
export function validate(
  schema: z.ZodType | undefined,
  value: unknown,
  part: 'path' | 'query' | 'body',
  { invalid }: Pick<ErrorStyle, 'invalid'> = { invalid: 'invalid_request' },
): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const asSeed4 = invalid === 'validation_failed';
  const found = result.error.issues.slice(0, MAX_ISSUES);
  const issues = found.map((issue) => (asSeed4 && requiredOf(issue, value)) || describe(issue, part));
  const [first] = issues;
  throw new AppError(invalid, first ? sentenceOf(first) : `The ${part} is invalid.`, {
    field: first?.field ?? part,
    code: first?.code ?? 'invalid',
    issues,
  });
}

const MAX_ISSUES = 20;
const REQUIRED = 'required';

interface Issue {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** Seed 4's form of a field that is not there: `VM name is required`, `{field: vm_name, code: required}`. */
function requiredOf(issue: z.core.$ZodIssue, value: unknown): Issue | null {
  if (issue.path.length === 0) return null;
  const field = issue.path.map(String).join('.');
  if (issue.code === 'custom' && issue.params?.['code'] === REQUIRED)
    return { field, code: REQUIRED, message: issue.message };
  const isMissing = valueAt(value, issue.path) === undefined;
  const isOfType = issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
  return isOfType && isMissing ? { field, code: REQUIRED, message: `${field} is required` } : null;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** What is required says which field by itself. */
function sentenceOf({ field, code, message }: Issue): string {
  return code === REQUIRED ? message : `${field}: ${message}`;
}

function describe(issue: z.core.$ZodIssue, part: string): Issue {
  if (issue.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0] ?? ''].map(String).join('.');
    return { field, code: 'unknown_field', message: 'there is no such field' };
  }
  const named: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  const code = typeof named === 'string' ? named : issue.code;
  return { field: issue.path.map(String).join('.') || part, code, message: issue.message };
}

/** A parameter given twice would be decided by chance: refused, unless the schema has a list there. */
export function queryOf(search: URLSearchParams, schema: z.ZodType | undefined): Record<string, string | string[]> {
  const shape = shapeOf(schema) ?? {};
  // No prototype: a parameter may be called `__proto__`.
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of search) {
    if (Object.hasOwn(shape, name) && isList(shape[name])) {
      query[name] ??= search.getAll(name);
      continue;
    }
    if (name in query) {
      throw new AppError('invalid_request', `${name}: is given twice`, { field: name, code: 'repeated' });
    }
    query[name] = value;
  }
  return query;
}

function isList(schema: z.ZodType | undefined): boolean {
  return schema instanceof z.ZodOptional ? isList(schema.unwrap() as z.ZodType) : schema instanceof z.ZodArray;
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
