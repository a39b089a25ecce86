import { z } from 'zod';
import { isDeepStrictEqual } from 'node:util';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>;

const DEFINITION = '#/$defs/';

/**
 * Collects what several places of the document share: schemas that have an id (`.meta({ id })`). A schema that differs by
 * direction, because of defaults or conversions, gets a component for each.
 */
export class ComponentSchemas {
  readonly #components = new Map<string, JsonSchema>();

  /** What a client sends: fields with a default may be left out. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'input');
  }

  /** What a client gets. */
  output(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'output');
  }

  /** Sorted by name: the document is the same from build to build. */
  get all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const converted = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as JsonSchema;
    const { $schema: _, $defs = {}, ...root } = converted;
    const definitions = Object.entries($defs as Record<string, JsonSchema>);
    const names = new Map(definitions.map(([name, body]) => [name, this.#nameFor(name, body, io)]));
    const rename = (value: JsonSchema) => renameReferences(value, names) as JsonSchema;
    for (const [name, body] of definitions) this.#components.set(names.get(name) ?? name, rename(body));
    return rename(root);
  }

  #nameFor(name: string, body: JsonSchema, io: 'input' | 'output'): string {
    const known = this.#components.get(name);
    const own = renameReferences(body, new Map());
    return known === undefined || isDeepStrictEqual(known, own)
      ? name
      : `${name}${io === 'input' ? 'Request' : 'Response'}`;
  }
}

/** Points every reference to a definition at its component. */
function renameReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '$ref' && typeof item === 'string' && item.startsWith(DEFINITION)) {
        const name = item.slice(DEFINITION.length);
        return [key, `#/components/schemas/${names.get(name) ?? name}`];
      }
      // `id` is zod's mark of a definition, no word of JSON Schema; a property may well be called so.
      return [key, renameReferences(item, names)];
    }),
  );
}
