import type { JsonSchema } from './component-schemas.ts';

/** Schemas may contain themselves. */
const MAX_DEPTH = 12;

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-11-09T10:30:00Z',
  date: '2026-11-09',
  uuid: '1f3870be-274f-4c49-b3e3-1a0c6728957f',
  uri: 'https://example.com/',
  email: 'anna@example.com',
  password: 'correct horse battery',
};

/** So that an example reads as a case, not as a form. */
const BY_NAME: Readonly<Record<string, string>> = {
  task_id: 'prod-01-db',
  taskId: 'prod-01-db',
  display_name: 'Production database',
  displayName: 'Production database',
  name: 'Production database',
  description: 'Every night, to the NAS',
  message: 'Backup in progress',
  task_type: 'database',
  taskType: 'database',
  server_id: 'server-1',
  agent_id: 'agent-1',
  tenant_id: 'default',
  username: 'anna.schmidt',
  created_by: 'anna.schmidt',
  assigned_to: 'anna.schmidt',
  dependencies: 'prod-01-files',
  schedule: 'daily at 2:00',
  expected_schedule: 'daily at 2:00',
  expectedSchedule: 'daily at 2:00',
  time_zone: 'Europe/Berlin',
  snapshot_id: 'f3ab19c0',
  snapshotId: 'f3ab19c0',
  version: '1.0.0',
  token: 'eyJhbGciOi…',
};

/** A value that fits the schema and reads well: its own example, else one made up. The same for the same schema. */
export function exampleOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): unknown {
  return example(schema, components, MAX_DEPTH);
}

function example(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>, depth: number): unknown {
  const { examples, $ref, anyOf, oneOf, allOf } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if ('default' in schema) return schema['default'];
  if (depth === 0) return null;
  const further = (part: JsonSchema) => example(part, components, depth - 1);
  if (typeof $ref === 'string') {
    const target = components[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {};
    const value = further(target);
    const narrowed = further({ ...schema, $ref: undefined });
    // What stands beside a reference narrows it: the codes of an error.
    return isRecord(value) && isRecord(narrowed) ? { ...value, ...narrowed } : value;
  }
  const choice = anyOf ?? oneOf;
  if (Array.isArray(choice)) return further((choice as JsonSchema[])[0] ?? {});
  if (Array.isArray(allOf)) return Object.assign({}, ...(allOf as JsonSchema[]).map(further));
  return ofType(schema, further);
}

function ofType(schema: JsonSchema, further: (part: JsonSchema) => unknown): unknown {
  const { type, properties, items } = schema;
  const [kind] = Array.isArray(type) ? (type as unknown[]) : [type];
  switch (kind) {
    case 'object':
      return object(schema, further);
    case 'array':
      return isRecord(items) ? [further(items)] : [];
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return Math.max(Number(schema['minimum'] ?? 0), Math.min(1, Number(schema['maximum'] ?? 1)));
    case 'boolean':
      return true;
    default:
      // No type: anything, or what a reference is narrowed to.
      return kind === undefined && isRecord(properties) ? object(schema, further) : null;
  }
}

function object({ properties, required }: JsonSchema, further: (part: JsonSchema) => unknown): Record<string, unknown> {
  const fields = Object.entries(isRecord(properties) ? (properties as Record<string, JsonSchema>) : {});
  const needed = Array.isArray(required) ? (required as unknown[]) : fields.map(([name]) => name);
  const shown = fields.filter(([name]) => needed.length === 0 || needed.includes(name));
  return Object.fromEntries(shown.map(([name, part]) => [name, named(name, part) ?? further(part)]));
}

/** Only where any text will do: nothing that a format, a pattern or a list decides. */
function named(name: string, part: JsonSchema): unknown {
  const word = BY_NAME[name];
  if (word === undefined || Array.isArray(part['examples']) || 'default' in part) return undefined;
  if (isFreeText(part)) return word;
  return part['type'] === 'array' && isRecord(part['items']) && isFreeText(part['items']) ? [word] : undefined;
}

function isFreeText({ type, format, pattern, enum: list }: JsonSchema): boolean {
  const isText = type === 'string' || (Array.isArray(type) && type[0] === 'string');
  return isText && format === undefined && pattern === undefined && list === undefined;
}

function text({ format, minLength }: JsonSchema): string {
  const known = BY_FORMAT[String(format)];
  return known ?? 'text'.padEnd(Number(minLength ?? 0), ' and more');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
