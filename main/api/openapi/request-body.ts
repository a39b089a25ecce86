import type { z } from 'zod';
import { shapeOf, snakeCase } from '../http/validation.ts';
import type { Operation } from '../operation.ts';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';

/** Null for none. */
export function requestBody(operation: Operation, schemas: ComponentSchemas): JsonSchema | null {
  if (operation.rawBody) {
    const content = operation.rawBody.contentTypes.map((type) => [type, { schema: { type: 'string' } }]);
    return {
      required: true,
      description: 'Of any size, read as it comes.',
      content: Object.fromEntries(content) as JsonSchema,
    };
  }
  if (!operation.body) return null;
  const aliases = operation.snakeCaseAliases ? aliasesOf(operation.body) : [];
  return {
    required: operation.bodyOptional !== true,
    ...(aliases.length > 0 ? { description: `Also taken: ${aliases.join(', ')}.` } : {}),
    content: { 'application/json': { schema: schemas.input(operation.body) } },
  };
}

function aliasesOf(schema: z.ZodType): string[] {
  return Object.keys(shapeOf(schema) ?? {})
    .filter((name) => snakeCase(name) !== name)
    .map((name) => `\`${snakeCase(name)}\` for \`${name}\``);
}
