import { createHash } from 'node:crypto';
import type { JsonSchema } from '../openapi/component-schemas.ts';
import { operationsOf, type ApiDocument, type PlacedOperation } from './api-document.ts';
import { anchor, Html, html, phrase, prose } from './html.ts';
import { methodBadge, operationSection } from './operation-section.ts';
import { schemaTable } from './schema-table.ts';
import { STYLE } from './style.ts';

/** The page runs no script and loads nothing: its one style sheet is known by its hash. */
export const PAGE_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `img-src data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** The OpenAPI document as a page to read. `origin`: what the examples call. */
export function referencePage(document: ApiDocument, origin: string): string {
  const { info, tags } = document;
  const groups = tags.map((tag) => ({
    ...tag,
    operations: operationsOf(document).filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  // A text that is not escaped: the hash of the policy is of these very bytes.
  const style = new Html(`<style>${STYLE}</style>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title} API reference</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the reference</a>
        <div class="layout">
          ${contents(info.title, groups, document)}
          <main id="content">
            <h1>${info.title} API reference</h1>
            <p class="version">Version ${info.version} · <a href="/openapi.json">OpenAPI document</a></p>
            ${prose(info.description)}
            ${groups.map(
              ({ name, description, operations }) =>
                html`<section aria-labelledby="${anchor('tag', name)}">
                  <h2 id="${anchor('tag', name)}">${titleOf(name)}</h2>
                  <p>${phrase(description)}</p>
                  ${operations.map((placed) => operationSection(placed, document, origin))}
                </section>`,
            )}
            <section aria-labelledby="schemas">
              <h2 id="schemas">Schemas</h2>
              <p>What several operations take or give.</p>
              ${Object.entries(document.components.schemas).map(([name, schema]) => schemaSection(name, schema))}
            </section>
          </main>
        </div>
      </body>
    </html> `.text;
}

interface Group {
  readonly name: string;
  readonly operations: readonly PlacedOperation[];
}

function contents(title: string, groups: readonly Group[], { components }: ApiDocument): Html {
  return html`<nav aria-label="Contents">
    <p class="title"><a href="#content">${title} API</a></p>
    ${groups.map(
      ({ name, operations }) =>
        html`<h2><a href="#${anchor('tag', name)}">${titleOf(name)}</a></h2>
          <ul>
            ${operations.map(
              ({ method, operation }) =>
                html`<li>
                  <a href="#${anchor('op', operation.operationId)}"
                    >${methodBadge(method)}<span>${operation.summary}</span></a
                  >
                </li>`,
            )}
          </ul>`,
    )}
    <h2><a href="#schemas">Schemas</a></h2>
    <ul>
      ${Object.keys(components.schemas).map(
        (name) => html`<li class="plain"><a href="#${anchor('schema', name)}">${name}</a></li>`,
      )}
    </ul>
  </nav>`;
}

function schemaSection(name: string, schema: JsonSchema): Html {
  const id = anchor('schema', name);
  const description = schema['description'];
  return html`<section class="schema" id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title">${name} <a class="anchor" href="#${id}" aria-label="Link to: ${name}">#</a></h3>
    ${typeof description === 'string' ? prose(description) : null} ${schemaTable(schema)}
  </section>`;
}

function titleOf(tag: string): string {
  return tag.charAt(0).toUpperCase() + tag.slice(1);
}
