import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>;

type Direction = 'input' | 'output';

const DEFINITION = '#/$defs/';
/** Stands in references until it is known which components need a form for each direction. */
const PENDING = 'pending:';

/**
 * Collects what several places of the document share: schemas that have an id (`.meta({ id })`). A schema that differs by
 * direction, because of defaults or conversions, gets a component for each: `NameRequest` and `NameResponse`.
 */
export class ComponentSchemas {
  readonly #found = new Map<string, { input?: JsonSchema; output?: JsonSchema }>();

  /** What a client sends: fields with a default may be left out. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'input');
  }

  /** What a client gets. */
  output(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, 'output');
  }

  /** Sorted by name: the document is the same from build to build. */
  components(): Record<string, JsonSchema> {
    const split = this.#splitNames();
    const all: [string, JsonSchema][] = [];
    for (const [name, forms] of this.#found) {
      if (split.has(name)) {
        all.push([`${name}Request`, forms.input ?? {}], [`${name}Response`, forms.output ?? {}]);
      } else {
        all.push([name, forms.input ?? forms.output ?? {}]);
      }
    }
    all.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(all.map(([name, schema]) => [name, mapReferences(schema, finalName(split))]));
  }

  /** Everything converted so far with its references in their final form. */
  resolve(document: JsonSchema): JsonSchema {
    return mapReferences(document, finalName(this.#splitNames()));
  }

  #convert(schema: z.ZodType, io: Direction): JsonSchema {
    const converted = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema),
    }) as JsonSchema;
    const {
      $schema: _,
      $defs = {},
      ...root
    } = mapReferences(converted, (target) =>
      target.startsWith(DEFINITION) ? `${PENDING}${io}:${target.slice(DEFINITION.length)}` : target,
    );
    for (const [name, body] of Object.entries($defs as Record<string, JsonSchema>)) this.#add(name, io, body);
    const { id, ...body } = root;
    if (typeof id !== 'string') return root;
    this.#add(id, io, body);
    return { $ref: `${PENDING}${io}:${id}` };
  }

  #add(name: string, io: Direction, { id: _, ...body }: JsonSchema): void {
    const forms = this.#found.get(name) ?? {};
    if (forms[io] && !isDeepStrictEqual(forms[io], body)) throw new Error(`Two different schemas are called ${name}.`);
    forms[io] = body;
    this.#found.set(name, forms);
  }

  /** Names whose two forms differ, also by what they refer to. */
  #splitNames(): ReadonlySet<string> {
    const split = new Set<string>();
    for (let before = -1; before < split.size;) {
      before = split.size;
      for (const [name, { input, output }] of this.#found) {
        if (!input || !output || split.has(name)) continue;
        const map = finalName(split);
        if (!isDeepStrictEqual(mapReferences(input, map), mapReferences(output, map))) split.add(name);
      }
    }
    return split;
  }
}

function finalName(split: ReadonlySet<string>): (target: string) => string {
  return (target) => {
    if (!target.startsWith(PENDING)) return target;
    const [io = '', name = ''] = target.slice(PENDING.length).split(':');
    const suffix = split.has(name) ? (io === 'input' ? 'Request' : 'Response') : '';
    return `#/components/schemas/${name}${suffix}`;
  };
}

/** A copy in which every `$ref` is mapped. */
function mapReferences(value: JsonSchema, map: (target: string) => string): JsonSchema {
  const copy = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(copy);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, child]) => [
        key,
        key === '$ref' && typeof child === 'string' ? map(child) : copy(child),
      ]),
    );
  };
  return copy(value) as JsonSchema;
}

/** Leaves out what says nothing: the bounds of every safe integer, and the long pattern of a format that is named. */
function simplify(schema: JsonSchema): void {
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (['date-time', 'date', 'uuid'].includes(String(schema['format']))) delete schema['pattern'];
}
