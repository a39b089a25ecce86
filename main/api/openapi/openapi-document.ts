import type { ErrorFamily, Operation, ResponseSpec } from '../operation.ts';
import { ComponentSchemas, type JsonSchema } from './component-schemas.ts';
import { ERROR_HEADERS, ERROR_SCHEMAS, EVERYWHERE, errorAnswers, errorResponse } from './error-schemas.ts';
import { exampleOf } from './example-value.ts';
import { headerParameters, pathAndQueryParameters } from './parameters.ts';
import { requestBody } from './request-body.ts';

export interface DocumentFacts {
  readonly version: string;
  /** A sentence for each tag that operations use, in the order of the reference. */
  readonly tags: Readonly<Record<string, string>>;
}

const DESCRIPTION = `The API of GuardIT. Requests and answers are JSON, instants are ISO 8601 in UTC, sizes are bytes.

**Who asks.** Send a token as \`Authorization: Bearer …\`: an API key, or what a login gave. Operations that also take no token do so for programs on GuardIT's own machine only.

**Bodies** are \`application/json\`; a field that nobody knows is refused. Characters of an id that mean something in a path are percent-encoded: \`a/b\` is \`a%2Fb\`.

**Errors** have a code for programs and a sentence for people. Those under \`/api/\` that are not under \`/api/v1/\` are \`TaskError\`s, the others \`ManagerError\`s. A 500 has an \`error_id\` that stands in the log.

**Polling.** JSON that was asked for with GET has an \`ETag\`: send it back as \`If-None-Match\`, and 304 says that nothing has changed. HEAD works wherever GET does.`;

/** The OpenAPI 3.1 document, made from the very schemas that check requests. The same for the same operations. */
export function openApiDocument(operations: readonly Operation[], { version, tags }: DocumentFacts): JsonSchema {
  const schemas = new ComponentSchemas();
  const errors = new SharedErrors();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, schemas, errors);
  }
  const used = new Set(operations.map(({ tag }) => tag));
  const document: JsonSchema = {
    openapi: '3.1.0',
    info: { title: 'GuardIT', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API key, or the token of a login.' },
      },
      headers: { ...ERROR_HEADERS, ETag: { description: 'For `If-None-Match`.', schema: { type: 'string' } } },
      parameters: {
        IfNoneMatch: {
          name: 'If-None-Match',
          in: 'header',
          description: 'The `ETag` of an earlier answer: 304 when nothing has changed since.',
          schema: { type: 'string' },
        },
      },
      responses: errors.all(),
      schemas: { ...schemas.components(), ...ERROR_SCHEMAS },
    },
  };
  return withExamples(schemas.resolve(document));
}

function describe(operation: Operation, schemas: ComponentSchemas, errors: SharedErrors): JsonSchema {
  const body = requestBody(operation, schemas);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.description, whoMay(operation)].filter(Boolean).join('\n\n'),
    security: security(operation),
    parameters: [
      ...pathAndQueryParameters(operation, schemas),
      ...headerParameters(operation),
      ...(hasETag(operation) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
    ],
    ...(body ? { requestBody: body } : {}),
    responses: { ...successes(operation, schemas), ...failures(operation, errors) },
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

/** As send-reply does it. */
function hasETag({ method, responses }: Operation): boolean {
  return method === 'GET' && responses[200]?.schema !== undefined;
}

function successes(operation: Operation, schemas: ComponentSchemas): JsonSchema {
  const answers: Record<string, JsonSchema> = {};
  for (const [status, spec] of Object.entries(operation.responses)) {
    if (Number(status) < 400 || spec.schema || spec.contentType !== undefined) {
      answers[status] = success(spec, schemas, status === '200' && hasETag(operation));
    }
  }
  if (hasETag(operation)) answers['304'] = { description: 'Nothing has changed since the `ETag` that was sent.' };
  return answers;
}

function success(spec: ResponseSpec, schemas: ComponentSchemas, withETag: boolean): JsonSchema {
  const types = spec.schema ? ['application/json'] : [spec.contentType ?? []].flat();
  const schemaOf = (type: string) =>
    spec.schema ? schemas.output(spec.schema) : { type: type === 'application/json' ? 'object' : 'string' };
  const headers: JsonSchema = Object.fromEntries(
    Object.entries(spec.headers ?? {}).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
  if (withETag) headers['ETag'] = { $ref: '#/components/headers/ETag' };
  return {
    description: spec.description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(types.length > 0
      ? { content: Object.fromEntries(types.map((type) => [type, { schema: schemaOf(type) }])) }
      : {}),
  };
}

function failures(operation: Operation, errors: SharedErrors): JsonSchema {
  const answers: JsonSchema = {};
  for (const [status, codes] of errorAnswers(operation)) {
    const spec = operation.responses[status];
    // A status may have a form of its own: a health report with 503.
    if (spec?.schema || spec?.contentType !== undefined) continue;
    answers[String(status)] = spec
      ? errorResponse(operation.family, status, codes, spec.description)
      : errors.reference(operation.family, status, codes);
  }
  return answers;
}

/** Most operations fail alike: the document says so once. */
class SharedErrors {
  readonly #responses = new Map<string, JsonSchema>();

  reference(family: ErrorFamily, status: number, codes: readonly string[]): JsonSchema {
    const everywhere: readonly string[] = EVERYWHERE;
    const special = codes.filter((code) => !everywhere.includes(code));
    const name = [`${family === 'tasks' ? 'TaskError' : 'ManagerError'}${status}`, ...special].join('.');
    if (!this.#responses.has(name)) this.#responses.set(name, errorResponse(family, status, codes));
    return { $ref: `#/components/responses/${name}` };
  }

  all(): JsonSchema {
    return Object.fromEntries([...this.#responses].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Adds an example to every JSON body that has a schema. */
function withExamples(document: JsonSchema): JsonSchema {
  const components = (document['components'] as { schemas: Record<string, JsonSchema> }).schemas;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'application/json' && isMediaType(child)) child.example = exampleOf(child.schema, components);
      else visit(child);
    }
  };
  visit(document['paths']);
  visit((document['components'] as JsonSchema)['responses']);
  return document;
}

function isMediaType(value: unknown): value is { schema: JsonSchema; example?: unknown } {
  return typeof value === 'object' && value !== null && 'schema' in value && !('example' in value);
}
