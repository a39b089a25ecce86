import {
  follow,
  type ApiDocument,
  type DocumentedResponse,
  type Parameter,
  type PlacedOperation,
} from './api-document.ts';
import { curlExample } from './curl-example.ts';
import { anchor, html, phrase, prose, type Html } from './html.ts';
import { cell, schemaTable } from './schema-table.ts';

export function operationSection(placed: PlacedOperation, document: ApiDocument, origin: string): Html {
  const { method, path, operation } = placed;
  const id = anchor('op', operation.operationId);
  return html`<section class="operation" id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title">
      ${operation.summary} <a class="anchor" href="#${id}" aria-label="Link to: ${operation.summary}">#</a>
    </h3>
    <p class="address">${methodBadge(method)} <code>${breakable(path)}</code></p>
    ${prose(operation.description)}
    ${parameterTable(operation.parameters.map((parameter) => follow(parameter, document.components.parameters)))}
    ${bodyPart(placed, document)} ${answers(placed, document)}
    <h4>Example</h4>
    ${code(curlExample(placed, document, origin), 'Request')} ${exampleAnswer(placed, document)}
  </section>`;
}

export function methodBadge(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

/** Long paths may break behind a slash. */
function breakable(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => html`${part}<wbr />`)}`;
}

function parameterTable(parameters: readonly Parameter[]): Html | null {
  if (parameters.length === 0) return null;
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<tr>
        <th scope="row"><code>${name}</code>${required ? html`<span class="needed">required</span>` : null}</th>
        <td>${place}</td>
        <td>${cell(description === undefined ? schema : { ...schema, description })}</td>
      </tr>`,
  );
  return html`<h4>Parameters</h4>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">In</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

function bodyPart({ operation }: PlacedOperation, document: ApiDocument): Html | null {
  const { requestBody } = operation;
  if (!requestBody) return null;
  const contents = Object.entries(requestBody.content).map(([type, { schema }]) => {
    if (type !== 'application/json') return html`<p><code>${type}</code></p>`;
    const isNamed = typeof schema['$ref'] === 'string';
    return isNamed ? schemaTable(follow(schema, document.components.schemas)) : schemaTable(schema);
  });
  return html`<h4>Body${requestBody.required ? null : html` <span class="limits">may be left out</span>`}</h4>
    ${contents}
    ${requestBody.description === undefined ? null : html`<p class="aside">${phrase(requestBody.description)}</p>`}`;
}

function answers({ operation }: PlacedOperation, document: ApiDocument): Html {
  const all = Object.entries(operation.responses).map(([status, response]) => ({
    status,
    response: follow<DocumentedResponse>(response, document.components.responses),
  }));
  const good = all.filter(({ status }) => Number(status) < 400);
  const bad = all.filter(({ status }) => Number(status) >= 400);
  return html`<h4>Answers</h4>
    <dl class="answers">${good.map(({ status, response }) => answer(status, response))}</dl>
    <details>
      <summary>Errors: ${bad.map(({ status }) => status).join(', ')}</summary>
      <dl class="answers">${bad.map(({ status, response }) => answer(status, response))}</dl>
    </details>`;
}

function answer(status: string, { description, headers = {}, content = {} }: DocumentedResponse): Html {
  const forms = Object.entries(content).map(([type, { schema }]) =>
    type === 'application/json' ? html` ${cell(schema)}` : html` <code>${type}</code>`,
  );
  const names = Object.keys(headers).map((name) => html` <code>${name}</code>`);
  return html`<dt><span class="status">${status}</span></dt>
    <dd>
      ${phrase(description)}${forms}${names.length > 0 ? html` <span class="limits">Headers:${names}</span>` : null}
    </dd>`;
}

function exampleAnswer({ operation }: PlacedOperation, document: ApiDocument): Html | null {
  for (const [status, response] of Object.entries(operation.responses)) {
    const media = follow<DocumentedResponse>(response, document.components.responses).content?.['application/json'];
    if (Number(status) < 300 && media?.example !== undefined) {
      return code(JSON.stringify(media.example, null, 2), `Answer ${status}`);
    }
  }
  return null;
}

/** Reachable by keyboard, since it may have to be scrolled. */
function code(text: string, title: string): Html {
  return html`<figure>
    <figcaption>${title}</figcaption>
    <pre tabindex="0" aria-label="${title}"><code>${text}</code></pre>
  </figure>`;
}
