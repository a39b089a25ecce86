import { openApiDocument, type DocumentFacts } from '../openapi/openapi-document.ts';
import { operation, type Operation } from '../operation.ts';

/** The API's description of itself, over all the operations of a server and its own. */
export function referenceOperations(others: readonly Operation[], facts: DocumentFacts): Operation[] {
  let json: string | null = null;
  const own: Operation[] = [
    operation({
      id: 'getOpenApi',
      method: 'GET',
      path: '/openapi.json',
      summary: 'This description, as an OpenAPI 3.1 document',
      tag: 'system',
      family: 'manager',
      access: { public: true },
      responses: { 200: { description: 'The document.', contentType: 'application/json' } },
      handle: async () => {
        json ??= JSON.stringify(openApiDocument([...others, ...own], facts));
        return { status: 200, stream: json, contentType: 'application/json; charset=utf-8' };
      },
    }),
  ];
  return own;
}
