import type { JsonSchema } from '../openapi/component-schemas.ts';
import { anchor, html, phrase, type Html } from './html.ts';

/** The fields of an object, one a row; what it is for any other schema. */
export function schemaTable(schema: JsonSchema): Html {
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  if (typeof schema['$ref'] === 'string' || !properties) return html`<p class="type">${typeOf(schema)}</p>`;
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      html`<tr>
        <th scope="row">
          <code>${name}</code>${required.has(name) ? html`<span class="needed">required</span>` : null}
        </th>
        <td>${cell(field)}</td>
      </tr>`,
  );
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** What a field is: its type, its limits, and what it is for. */
export function cell(schema: JsonSchema): Html {
  const limits = limitsOf(schema);
  const description = schema['description'];
  return html`<span class="type">${typeOf(schema)}</span
    >${limits === '' ? null : html` <span class="limits">${limits}</span>`}${
      typeof description === 'string' ? html`<div>${phrase(description)}</div>` : null
    }`;
}

/** In words, with links to the schemas that have a name. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref, enum: values, anyOf, oneOf, type, format, items, additionalProperties } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#${anchor('schema', name)}">${name}</a>`;
  }
  if ('const' in schema) return html`<code>${JSON.stringify(schema['const'])}</code>`;
  if (Array.isArray(values)) return joined(values.map((value) => html`<code>${String(value)}</code>`));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return joined((choices as JsonSchema[]).map(typeOf));
  if (type === 'array') return html`list of ${isSchema(items) ? typeOf(items) : 'anything'}`;
  if (type === 'object' && isSchema(schema['properties'])) return html`object ${inline(schema)}`;
  if (type === 'object' && isSchema(additionalProperties)) return html`object of ${typeOf(additionalProperties)}`;
  if (Array.isArray(type)) return joined((type as string[]).map((name) => html`${name}`));
  if (typeof format === 'string') return html`${format}`;
  return html`${typeof type === 'string' ? type : 'anything'}`;
}

function inline(schema: JsonSchema): Html {
  const fields = Object.entries(schema['properties'] as Record<string, JsonSchema>);
  return html`{
  ${fields.map(([name, field], index) => html`${index > 0 ? ', ' : null}<code>${name}</code>: ${typeOf(field)}`)} }`;
}

function joined(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => html`${index > 0 ? ' | ' : null}${part}`)}`;
}

function limitsOf(schema: JsonSchema): string {
  const { minLength, maxLength, minimum, maximum, maxItems, pattern } = schema;
  const limits: string[] = [];
  if (minLength !== undefined || maxLength !== undefined) limits.push(`${range(minLength, maxLength)} characters`);
  if (minimum !== undefined || maximum !== undefined) limits.push(range(minimum, maximum));
  if (maxItems !== undefined) limits.push(`at most ${String(maxItems)} items`);
  if (typeof pattern === 'string' && pattern.length < 80) limits.push(`matches ${pattern}`);
  if ('default' in schema) limits.push(`default ${JSON.stringify(schema['default'])}`);
  return limits.join(', ');
}

function range(from: unknown, to: unknown): string {
  if (from === undefined || from === 0) return to === undefined ? 'from 0' : `at most ${String(to)}`;
  return to === undefined ? `at least ${String(from)}` : `${String(from)} to ${String(to)}`;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
