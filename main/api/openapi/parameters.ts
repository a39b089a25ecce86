import type { z } from 'zod';
import { shapeOf } from '../http/validation.ts';
import type { Operation } from '../operation.ts';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';

export function pathAndQueryParameters({ params, query }: Operation, schemas: ComponentSchemas): JsonSchema[] {
  return [...parameters(params, 'path', schemas), ...parameters(query, 'query', schemas)];
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: ComponentSchemas): JsonSchema[] {
  if (!schema) return [];
  // What a parameter means, not how it is written: the output of a conversion says integer where the input says digits.
  const { properties = {}, required = [] } = schemas.output(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const shape = shapeOf(schema) ?? {};
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !isOptional(shape[name])),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** A default makes a field optional for who asks. */
function isOptional(schema: z.ZodType | undefined): boolean {
  return schema?.safeParse(undefined).success ?? false;
}

export function headerParameters({ headers = {} }: Operation): JsonSchema[] {
  return Object.entries(headers).map(([name, { description, example }]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
    ...(example === undefined ? {} : { example }),
  }));
}
