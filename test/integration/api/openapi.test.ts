import { isDeepStrictEqual } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUp, resolved, schemaCompiler, type ApiDocument, type JsonObject } from '../../support/openapi.ts';
import { runService, type RunningService } from '../../support/running-service.ts';

let service: RunningService;
let document: ApiDocument;

beforeAll(async () => {
  service = await runService();
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
});
afterAll(() => service.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Calls back for every object in the document. */
function visit(value: unknown, look: (object: JsonObject, at: string) => void, at = '#'): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) look(value as JsonObject, at);
  for (const [key, child] of Object.entries(value)) visit(child, look, `${at}/${key}`);
}

describe('GET /openapi.json', () => {
  it('is an OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('has nothing behind a reference that leads nowhere, and no component that nobody refers to', () => {
    const lost: string[] = [];
    const used = new Set<string>();
    visit(document, (object, at) => {
      const { $ref } = object;
      if (typeof $ref !== 'string') return;
      used.add($ref);
      if (lookUp(document, $ref) === undefined) lost.push(`${at}: ${$ref}`);
    });
    expect(lost).toEqual([]);
    const kinds = ['headers', 'parameters', 'responses', 'schemas'];
    const all = kinds.flatMap((kind) =>
      Object.keys(document.components[kind] ?? {}).map((name) => `#/components/${kind}/${name}`),
    );
    expect(all.filter((reference) => !used.has(reference))).toEqual([]);
  });

  it('has schemas that compile, and examples that fit them', () => {
    let examples = 0;
    const compile = schemaCompiler(document);
    visit(document, ({ schema, example }, at) => {
      if (typeof schema !== 'object' || schema === null) return;
      const check = compile(schema as JsonObject);
      if (example === undefined) return;
      examples++;
      expect(check(example), `${at}: ${JSON.stringify(check.errors)}\n${JSON.stringify(example)}`).toBe(true);
    });
    expect(examples).toBeGreaterThan(operations().length);
  });

  it('has an id of its own, a summary and a known tag for every operation', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { operation } of operations()) {
      expect(operation.summary, operation.operationId).not.toMatch(/^$|\.$/);
      for (const tag of operation.tags) expect(tags, `${operation.operationId}: ${tag}`).toContain(tag);
    }
  });

  it('declares every parameter of a path, and none that the path lacks', () => {
    for (const { path, operation } of operations()) {
      const declared = operation.parameters
        .map((parameter) => resolved(document, parameter))
        .filter((parameter) => parameter.in === 'path');
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(declared.map(({ name }) => name).sort(), path).toEqual(named.sort());
      expect(declared.every(({ required }) => required)).toBe(true);
    }
  });

  it('describes a parameter by what is sent, not by what becomes of it', () => {
    for (const { operation } of operations()) {
      for (const given of operation.parameters) {
        const { name, schema } = resolved(document, given);
        const types = [schema['type'] ?? schema['enum'] ?? schema['$ref'] ?? schema['anyOf']];
        expect(types[0], `${operation.operationId} ${name}`).toBeDefined();
      }
    }
    const from = document.paths['/api/v1/audit']?.['get']?.parameters.find(({ name }) => name === 'from');
    expect(from?.schema).toMatchObject({ type: 'string' });
  });

  it('says for every operation how it fails, in the form of its family', () => {
    for (const { path, operation } of operations()) {
      const isOfTasks = path.startsWith('/api/') && !path.startsWith('/api/v1/');
      const isPublic = operation.security.length === 0;
      const expected = ['400', '403', '413', '415', '429', '500', ...(isPublic ? [] : ['401'])];
      expect(Object.keys(operation.responses), operation.operationId).toEqual(expect.arrayContaining(expected));
      const { $ref } = operation.responses['500'] ?? {};
      if (operation.tags[0] === 'system') continue;
      expect($ref, operation.operationId).toContain(isOfTasks ? 'TaskError' : 'ManagerError');
    }
  });

  it('names the errors of seed 1 where they occur, and only there', () => {
    const codes = (path: string, method: string, status: string) => {
      const response = document.paths[path]?.[method]?.responses[status];
      const schema = response ? resolved(document, response).content?.['application/json']?.schema : undefined;
      return (schema?.['properties'] as { code: { enum: string[] } } | undefined)?.code.enum;
    };
    expect(codes('/api/tasks/register', 'post', '409')).toEqual(['task_exists']);
    expect(codes('/api/tasks/{taskId}', 'get', '404')).toEqual(['task_not_registered']);
    expect(codes('/api/tasks/register', 'post', '404')).toBeUndefined();
  });

  it('says who may: a token, a token or a program on this machine, or anybody', () => {
    const security = (path: string, method: string) => document.paths[path]?.[method]?.security;
    expect(security('/api/auth/users', 'get')).toEqual([{ token: [] }]);
    expect(security('/api/tasks', 'get')).toEqual([{ token: [] }, {}]);
    expect(security('/health', 'get')).toEqual([]);
  });

  it('names the snake_case names of a body', () => {
    const body = document.paths['/api/tasks/register']?.['post']?.requestBody as JsonObject | undefined;
    expect(body?.['description']).toContain('`display_name` for `displayName`');
  });

  it('describes itself and its pages, and says nothing that JSON can not', async () => {
    expect(document.paths).toHaveProperty(['/openapi.json', 'get']);
    expect(document.paths).toHaveProperty(['/docs', 'get']);
    const again = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
    expect(isDeepStrictEqual(again, document)).toBe(true);
  });

  it('is the same from start to start, to the byte', async () => {
    const other = await runService();
    try {
      const [ours, theirs] = await Promise.all(
        [service, other].map(async ({ url }) => (await fetch(`${url}/openapi.json`)).text()),
      );
      expect(theirs).toBe(ours);
    } finally {
      await other.stop();
    }
  });
});
