import { exampleOf } from '../openapi/example-value.ts';
import type { JsonSchema } from '../openapi/component-schemas.ts';
import { follow, type ApiDocument, type PlacedOperation } from './api-document.ts';

/** A request as one would type it into a POSIX shell. */
export function curlExample(
  { method, path, operation }: PlacedOperation,
  document: ApiDocument,
  origin: string,
): string {
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`}${isStream(operation.responses) ? ' -N' : ''} ${quote(url(path, document, operation.parameters, origin))}`,
  ];
  const [first] = operation.security;
  const needsToken = first !== undefined && !operation.security.some((way) => Object.keys(way).length === 0);
  if (needsToken) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type !== undefined && body) {
    lines.push(`-H ${quote(`Content-Type: ${type}`)}`);
    lines.push(
      type === 'application/json' ? `-d ${quote(JSON.stringify(body.example, null, 2))}` : '--data-binary @file',
    );
  }
  return lines.join(' \\\n  ');
}

function url(
  path: string,
  { components }: ApiDocument,
  parameters: PlacedOperation['operation']['parameters'],
  origin: string,
): string {
  const known = parameters.map((parameter) => follow(parameter, components.parameters));
  const value = (name: string, schema: JsonSchema) => {
    const { [name]: example } = exampleOf(
      { type: 'object', properties: { [name]: schema } },
      components.schemas,
    ) as JsonSchema;
    return encodeURIComponent(String(example));
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_text, name: string) =>
    value(name, known.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema ?? {}),
  );
  const needed = known.filter((parameter) => parameter.in === 'query' && parameter.required);
  const query = needed.map(({ name, schema }) => `${name}=${value(name, schema)}`).join('&');
  return `${origin}${filled}${query === '' ? '' : `?${query}`}`;
}

function isStream(responses: PlacedOperation['operation']['responses']): boolean {
  const answer = responses['200'];
  return (
    answer !== undefined && 'content' in answer && answer.content !== undefined && 'text/event-stream' in answer.content
  );
}

/** Single quotes, for what needs them. */
function quote(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
