import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type JsonObject = Record<string, unknown>;

export interface DocumentedResponse {
  readonly $ref?: string;
  readonly content?: Record<string, { schema?: JsonObject; example?: unknown }>;
}

export interface DocumentedParameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonObject;
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly JsonObject[];
  readonly parameters: readonly DocumentedParameter[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: JsonObject; example?: unknown }> };
  readonly responses: Record<string, DocumentedResponse>;
}

export interface ApiDocument extends JsonObject {
  readonly openapi: string;
  readonly tags: readonly { name: string; description: string }[];
  readonly paths: Record<string, Record<string, DocumentedOperation>>;
  readonly components: Record<string, Record<string, JsonObject>>;
}

/** Looks up `#/…`; undefined where it leads nowhere. */
export function lookUp(document: JsonObject, reference: string): unknown {
  let value: unknown = document;
  for (const part of reference.replace(/^#\//, '').split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** Itself, or what it refers to. */
export function resolved<Part extends { readonly $ref?: string }>(document: ApiDocument, part: Part): Part {
  return part.$ref === undefined ? part : (lookUp(document, part.$ref) as Part);
}

const HOME = 'https://guardit.invalid/openapi';

/** Compiles schemas of a document, which may refer to its components. */
export function schemaCompiler(document: ApiDocument): (schema: JsonObject) => ValidateFunction {
  // `components` is no word of JSON Schema: it is where references lead. What stands beside a reference has no type.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, keywords: ['components'] });
  addFormats.default(ajv);
  ajv.addFormat('password', true);
  ajv.addSchema({ $id: HOME, components: { schemas: document.components['schemas'] } });
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${HOME}#/`);
    return ajv.compile(JSON.parse(text) as JsonObject);
  };
}
