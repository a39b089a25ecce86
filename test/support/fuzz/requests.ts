import * as fc from 'fast-check';
import { resolved, type ApiDocument, type DocumentedOperation, type DocumentedParameter } from '../openapi.ts';
import { almost, anyJson, fitting } from './schema-arbitrary.ts';
import { hostileText } from './strings.ts';

export interface PlacedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: DocumentedOperation;
}

/** An id that the service gave before: of the kind that a parameter's name says, and which of them. */
export interface KnownId {
  readonly kind: string;
  readonly known: number;
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: readonly (string | KnownId)[];
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly caller: string;
}

export function operationsOf(document: ApiDocument): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

/** Requests to one operation: most fit its description, some almost, some not at all. */
export function requestsTo(document: ApiDocument, placed: PlacedOperation): fc.Arbitrary<FuzzRequest> {
  const parameters = placed.operation.parameters.map((parameter) => resolved(document, parameter));
  const at = (place: string) => parameters.filter((parameter) => parameter.in === place);
  return fc.record({
    method: fc.constant(placed.method),
    path: pathOf(placed.path),
    query: queryOf(document, at('query')),
    headers: fc.tuple(headersOf(at('header')), contentType(placed)).map(([some, type]) => ({ ...some, ...type })),
    body: bodyOf(document, placed),
    caller: fc.oneof(
      { weight: 8, arbitrary: fc.constant('admin') },
      { weight: 5, arbitrary: fc.constantFrom('operator', 'viewer', 'reporter', 'agent', 'tenant', 'nobody') },
    ),
  });
}

function pathOf(template: string): fc.Arbitrary<FuzzRequest['path']> {
  const parts = template.split(/(\{\w+\})/).map((part): fc.Arbitrary<FuzzRequest['path'][number]> => {
    if (!part.startsWith('{')) return fc.constant(part);
    return fc.oneof(
      {
        weight: 5,
        arbitrary: fc.nat({ max: 1_000 }).map((known) => ({ kind: kindOf(part.slice(1, -1), template), known })),
      },
      {
        weight: 2,
        arbitrary: hostileText.filter((text) => text !== '' && text.isWellFormed()).map(encodeURIComponent),
      },
      { weight: 1, arbitrary: fc.constantFrom('%', '%ff', '%2F', '00000000-0000-4000-8000-000000000000', '1') },
    );
  });
  return fc.tuple(...parts);
}

function kindOf(parameter: string, template: string): string {
  return parameter === 'runId' && template.includes('/backup-runs/') ? 'backupRunId' : parameter;
}

const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

function queryOf(document: ApiDocument, parameters: readonly DocumentedParameter[]): fc.Arbitrary<string> {
  const pairs = parameters.map(({ name, schema, required }) =>
    fc
      .tuple(
        fc.oneof({ weight: 5, arbitrary: fitting(document, schema) }, { weight: 1, arbitrary: hostileText }),
        required ? fc.constant(true) : fc.nat({ max: 3 }).map((n) => n === 0),
      )
      .map(([value, given]) => (given ? [`${name}=${encoded(String(value))}`] : [])),
  );
  const extra = fc.oneof(
    { weight: 30, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: hostileText.map((text) => [`${encoded(text)}=1`]) },
    { weight: 1, arbitrary: fc.constantFrom(['&&=&'], ['a=%'], ['limit=1', 'limit=2'], ['x'.repeat(5_000)]) },
  );
  return fc.tuple(...pairs, extra).map((all) => all.flat().join('&'));
}

function headersOf(parameters: readonly DocumentedParameter[]): fc.Arbitrary<Record<string, string>> {
  const value = fc.oneof(
    fc.constantFrom(
      '*',
      '"a", W/"b"',
      'bytes=0-',
      'bytes=5-1',
      'bytes=-0',
      'bytes=0-0,2-3',
      '0',
      '-1',
      '1e9',
      'a'.repeat(3_000),
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((text) => text.trim()),
  );
  const model = Object.fromEntries(parameters.map(({ name }) => [name.toLowerCase(), value]));
  return fc
    .record<Record<string, string>, never>(model, { requiredKeys: [] })
    .map((given) => ({ ...given }) as Record<string, string>);
}

function contentType({ operation }: PlacedOperation): fc.Arbitrary<Record<string, string>> {
  const [right = 'application/json'] = Object.keys(operation.requestBody?.content ?? {});
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant({ 'content-type': right }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, string>>(
        { 'content-type': 'text/plain' },
        { 'content-type': `${right}; charset=utf-16` },
        { 'content-type': right.toUpperCase() },
        { 'content-type': right, 'content-encoding': 'gzip' },
        {},
      ),
    },
  );
}

function bodyOf(document: ApiDocument, { operation }: PlacedOperation): fc.Arbitrary<string | undefined> {
  const content = operation.requestBody?.content;
  if (!content) {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyJson.map(asText) });
  }
  const schema = content['application/json']?.schema;
  if (!schema) return fc.oneof(hostileText, fc.constant('line\n'.repeat(1_000)));
  const valid = fitting(document, schema);
  return fc.oneof(
    { weight: 6, arbitrary: valid.map(asText) },
    { weight: 4, arbitrary: almost(valid).map(asText) },
    { weight: 1, arbitrary: anyJson.map(asText) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, '', '{', '[]', 'null', '{"a":1,"a":2}', '[[['.repeat(10_000), '"\ud800"'),
    },
  );
}

/** Undefined is not JSON. */
function asText(value: unknown): string | undefined {
  return JSON.stringify(value);
}
