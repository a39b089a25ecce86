import type { z } from 'zod';
import { shapeOf, snakeCase } from '../http/validation.ts';
import type { Operation } from '../operation.ts';
import { ComponentSchemas, type JsonSchema } from './component-schemas.ts';
import { codesOf, ERROR_SCHEMAS, errorStatuses } from './error-schemas.ts';

export interface DocumentFacts {
  readonly version: string;
  /** A sentence for each tag that operations use. */
  readonly tags: Readonly<Record<string, string>>;
}

const DESCRIPTION = `The API of GuardIT. Requests and answers are JSON, instants are ISO 8601 in UTC, sizes are bytes.

Send a token as \`Authorization: Bearer …\`: an API key, or what a login gave. Operations that also take no token do so for programs
on GuardIT's own machine only.`;

/** The OpenAPI 3.1 document, made from the very schemas that check requests. */
export function openApiDocument(operations: readonly Operation[], { version, tags }: DocumentFacts): JsonSchema {
  const schemas = new ComponentSchemas();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'GuardIT', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API key, or the token of a login.' },
      },
      schemas: { ...schemas.all, ...ERROR_SCHEMAS },
    },
  };
}

function describe(operation: Operation, schemas: ComponentSchemas): JsonSchema {
  const body = requestBody(operation, schemas);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, whoMay(operation)].filter(Boolean).join('\n\n'),
    security: security(operation),
    parameters: [...parameters(operation.params, 'path', schemas), ...parameters(operation.query, 'query', schemas)],
    ...(body ? { requestBody: body } : {}),
    responses: responses(operation, schemas),
  };
}

function whoMay({ access }: Operation): string {
  if (access.public) return 'Needs no token.';
  const who = (access.roles ?? []).map((role) => `\`${role}\``);
  if (access.run) who.push('the token of a run');
  if (access.loopback) who.push('programs on this machine without a token');
  return `For ${who.join(', ')}.`;
}

function security({ access }: Operation): JsonSchema[] {
  if (access.public) return [];
  return access.loopback ? [{ token: [] }, {}] : [{ token: [] }];
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: ComponentSchemas): JsonSchema[] {
  if (!schema) return [];
  // What a parameter means, not how it is written: the output of a conversion says integer where the input says digits.
  const { properties = {}, required = [] } = schemas.output(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const shape = shapeOf(schema) ?? {};
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !isOptional(shape[name])),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** A default makes a field optional for who asks. */
function isOptional(schema: z.ZodType | undefined): boolean {
  return schema?.safeParse(undefined).success ?? false;
}

function requestBody(operation: Operation, schemas: ComponentSchemas): JsonSchema | null {
  if (operation.rawBody) {
    const content = operation.rawBody.contentTypes.map((type) => [type, { schema: { type: 'string' } }]);
    return { required: true, content: Object.fromEntries(content) as JsonSchema };
  }
  if (!operation.body) return null;
  const schema = schemas.input(operation.body);
  const aliases = operation.snakeCaseAliases ? aliasesOf(operation.body) : [];
  const description = aliases.length > 0 ? `Also taken: ${aliases.join(', ')}.` : undefined;
  return {
    required: operation.bodyOptional !== true,
    ...(description === undefined ? {} : { description }),
    content: { 'application/json': { schema } },
  };
}

function aliasesOf(schema: z.ZodType): string[] {
  return Object.keys(shapeOf(schema) ?? {})
    .filter((name) => snakeCase(name) !== name)
    .map((name) => `\`${snakeCase(name)}\` for \`${name}\``);
}

function responses(operation: Operation, schemas: ComponentSchemas): JsonSchema {
  const answers: Record<string, JsonSchema> = {};
  for (const [status, { description, schema, contentType }] of Object.entries(operation.responses)) {
    const type = schema ? 'application/json' : contentType;
    const content = type
      ? { content: { [type]: { schema: schema ? schemas.output(schema) : { type: 'string' } } } }
      : {};
    answers[status] = { description, ...content };
  }
  const $ref = `#/components/schemas/${operation.family === 'tasks' ? 'TaskError' : 'ManagerError'}`;
  for (const status of errorStatuses(operation)) {
    const description = codesOf(status)
      .map((code) => `\`${code}\``)
      .join(', ');
    answers[String(status)] = { description, content: { 'application/json': { schema: { $ref } } } };
  }
  return answers;
}
