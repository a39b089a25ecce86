import * as fc from 'fast-check';
import { lookUp, type ApiDocument, type JsonObject } from '../openapi.ts';
import { hostileText, sensibleText } from './strings.ts';

/**
 * What a request would make the service do outside of itself: start programs, call other machines, write files. Here it gets
 * only what does no harm on a developer's machine. Whoever adds an operation that reaches outside adds its field.
 */
const HARMLESS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  config: fc.constantFrom<unknown>(
    { command: 'true' },
    { command: 'false', args: [] },
    { url: 'http://127.0.0.1:9/' },
    { url: 'http://127.0.0.1:9/', method: 'PUT', headers: { Authorization: 'x' }, body: { a: [1, null] } },
    { function: 'nothing', params: {} },
    {},
    { nothing: { of: ['the', 'kind'] } },
    { url: 'ftp://127.0.0.1:9/' },
    { url: { $secret: 'none' } },
    { command: 7 },
    null,
    'true',
  ),
  // Nowhere that exists.
  path: fc.constant('/nonexistent/guardit-fuzz'),
  paths: fc.constant(['/nonexistent/guardit-fuzz']),
  location: fc.constant({ path: '/nonexistent/guardit-fuzz' }),
  destination: fc.constant({ path: '/nonexistent/guardit-fuzz' }),
  source: fc.constant({ kind: 'image', path: '/nonexistent/guardit-fuzz' }),
  endpoint: fc.constant('http://127.0.0.1:9'),
  url: fc.constant('http://127.0.0.1:9/'),
  // Of a secret, which a configuration above may refer to as its address.
  value: fc.constant('http://127.0.0.1:9/'),
};

const MAX_DEPTH = 6;

/** Values that fit a schema of the document, as far as a schema can say. */
export function fitting(document: ApiDocument, schema: JsonObject, depth = 0): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, enum: values, examples } = schema;
  const further = (part: JsonObject) => fitting(document, part, depth + 1);
  if (typeof $ref === 'string') return further(lookUp(document, $ref) as JsonObject);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices) && schema['type'] === undefined)
    return fc.oneof(...(choices as JsonObject[]).map(further));
  const types = Array.isArray(schema['type']) ? (schema['type'] as string[]) : [schema['type']];
  const made = fc.oneof(...types.map((type) => ofType(document, { ...schema, type }, depth)));
  if (!Array.isArray(examples)) return made;
  return fc.oneof(
    { weight: 3, arbitrary: made },
    { weight: 1, arbitrary: fc.constantFrom(...(examples as unknown[])) },
  );
}

function ofType(document: ApiDocument, schema: JsonObject, depth: number): fc.Arbitrary<unknown> {
  switch (schema['type']) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return list(document, schema, depth);
    case 'object':
      return object(document, schema, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

const INSTANT = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

function text({ format, pattern, anyOf, minLength = 0, maxLength = 1_000 }: JsonObject): fc.Arbitrary<string> {
  if (format === 'date-time' || Array.isArray(anyOf)) return INSTANT;
  if (format === 'date') return INSTANT.map((instant) => instant.slice(0, 10));
  if (format === 'uuid') return fc.uuid();
  if (format === 'password') return fc.constant('correct horse battery');
  if (typeof pattern === 'string') return matching(pattern);
  const [min, max] = [Number(minLength), Number(maxLength)];
  const fits = (value: string) => [...value].length >= min && [...value].length <= max;
  return fc.oneof(
    { weight: 4, arbitrary: sensibleText.filter(fits) },
    {
      weight: 2,
      arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: Math.min(min, 60), maxLength: Math.min(max, 60) }),
    },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(Math.max(min, 1)), 'x'.repeat(Math.min(max, 20_000))) },
    { weight: 1, arbitrary: hostileText.filter(fits) },
  );
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'));
  } catch {
    // Something that it can not make texts for: a look-around, a property of characters.
    return sensibleText;
  }
}

function number({ type, minimum, maximum }: JsonObject): fc.Arbitrary<number> {
  const min = Number(minimum ?? -1_000);
  const max = Number(maximum ?? Math.max(min, 1_000_000));
  const whole = fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max: Math.min(max, min + 10_000) }));
  return type === 'integer' ? whole : fc.oneof(whole, fc.double({ min, max, noNaN: true }));
}

function list(document: ApiDocument, schema: JsonObject, depth: number): fc.Arbitrary<unknown[]> {
  const { items, minItems = 0, maxItems = 100 } = schema;
  const maxLength = Math.min(Number(maxItems), depth > MAX_DEPTH ? Number(minItems) : Number(minItems) + 4);
  return fc.array(fitting(document, (items ?? {}) as JsonObject, depth + 1), {
    minLength: Number(minItems),
    maxLength,
  });
}

function object(document: ApiDocument, schema: JsonObject, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  const required = (schema['required'] ?? []) as string[];
  const kept = properties.filter(([name]) => depth <= MAX_DEPTH || required.includes(name));
  const model = Object.fromEntries(
    kept.map(([name, part]) => [name, HARMLESS[name] ?? likely(name, fitting(document, part, depth + 1))]),
  );
  const needed = required.filter((name) => name in model);
  const others = Object.keys(model).filter((name) => !needed.includes(name));
  // All of many fields together are seldom right: often only one or two of those that may be left out.
  const few = fc
    .subarray(others, { maxLength: Math.min(2, others.length) })
    .chain((some) =>
      fc.record(Object.fromEntries([...needed, ...some].map((name) => [name, model[name] ?? fc.constant(null)]))),
    );
  const fields = fc.oneof(fc.record(model, { requiredKeys: needed }), few);
  const { additionalProperties } = schema;
  if (kept.length > 0 || typeof additionalProperties !== 'object' || additionalProperties === null) return fields;
  return fc.dictionary(sensibleText, fitting(document, additionalProperties as JsonObject, depth + 1), { maxKeys: 3 });
}

/** What a schema does not say, and few random texts are. */
const LIKELY: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  schedule: fc.constantFrom(
    'every 5 minutes',
    'daily at 2:00',
    'monthly on last at 23:59',
    '0 3 * * 1',
    'manual',
    null,
  ),
  expectedSchedule: fc.constantFrom('every 2 hours', 'weekly on monday at 9:00', null),
  timeZone: fc.constantFrom('Europe/Berlin', 'UTC', null),
  dependencies: fc.constant([]),
  assignedTo: fc.constant(null),
  tenantId: fc.constantFrom('fuzzed', null),
};

function likely(name: string, any: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const known = LIKELY[name];
  return known ? fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: any }) : any;
}

/** An object that is wrong in one place: a field too few, too many, of another type, or under its other name. */
export function almost(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(valid, fc.nat(), fc.nat({ max: 4 }), wrongValue).map(([value, position, kind, wrong]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong;
    const copy: Record<string, unknown> = { ...value };
    const names = Object.keys(copy);
    const name = names[position % Math.max(1, names.length)];
    if (kind === 0 || name === undefined) return { ...copy, surprise: wrong };
    // What is harmless stays as it is.
    if (name in HARMLESS && kind !== 1) return copy;
    const given = copy[name];
    if (kind !== 2) delete copy[name];
    if (kind === 2) copy[name] = wrong;
    if (kind === 3) copy[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = given;
    if (kind === 4) copy[name.toUpperCase()] = given;
    return copy;
  });
}

const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    101,
    -1,
    1.5,
    1e300,
    [],
    {},
    [[[]]],
    { $ref: '#' },
    { $secret: 1 },
    'x'.repeat(70_000),
  ),
  fc.jsonValue({ maxDepth: 3 }).filter((value) => !mentionsOutside(value)),
);

/** Any JSON that does not happen to name a field that reaches outside. */
export const anyJson: fc.Arbitrary<unknown> = fc
  .oneof(fc.jsonValue(), fc.object({ maxDepth: 3 }), wrongValue)
  .filter((value) => !mentionsOutside(value));

function mentionsOutside(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, child]) => name in HARMLESS || name === 'command' || mentionsOutside(child),
  );
}
