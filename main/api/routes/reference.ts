import { openApiDocument, type DocumentFacts } from '../openapi/openapi-document.ts';
import { operation, type Operation } from '../operation.ts';
import type { ApiDocument } from '../reference-page/api-document.ts';
import { PAGE_POLICY, referencePage } from '../reference-page/reference-page.ts';

export interface ReferenceFacts extends DocumentFacts {
  /** Where the service listens: what the examples of the page call. */
  readonly url: () => string;
}

const SHARED = { method: 'GET', tag: 'system', family: 'manager', access: { public: true } } as const;

/** The API's description of itself, over all the operations of a server and its own. */
export function referenceOperations(others: readonly Operation[], facts: ReferenceFacts): Operation[] {
  // Made when somebody first asks: the start need not wait for it.
  let document: ApiDocument | undefined;
  let json: string | undefined;
  let page: string | undefined;
  // The document is what the page's types describe: both are written here.
  const described = () => (document ??= openApiDocument([...others, ...own], facts) as unknown as ApiDocument);
  const own: Operation[] = [
    operation({
      ...SHARED,
      id: 'getOpenApi',
      path: '/openapi.json',
      summary: 'This description, as an OpenAPI 3.1 document',
      responses: { 200: { description: 'The document.', contentType: 'application/json' } },
      handle: async () => {
        json ??= JSON.stringify(described());
        return { status: 200, stream: json, contentType: 'application/json; charset=utf-8' };
      },
    }),
    operation({
      ...SHARED,
      id: 'getReference',
      path: '/docs',
      summary: 'This description, as a page to read',
      responses: { 200: { description: 'The page. It needs no script and loads nothing.', contentType: 'text/html' } },
      handle: async () => {
        page ??= referencePage(described(), facts.url());
        return {
          status: 200,
          stream: page,
          contentType: 'text/html; charset=utf-8',
          headers: { 'content-security-policy': PAGE_POLICY },
        };
      },
    }),
  ];
  return own;
}
