import { z } from 'zod';
import { isSecretLike, secretReferenceSchema } from './secret-reference.ts';

/** Neither a system's call nor a header can carry a NUL. */
const noNul = z.string().refine((text) => !text.includes('\0'), 'must not contain a NUL character');
const textOrSecret = z.union([noNul.max(64 * 1024), secretReferenceSchema]);

const MAX_DEPTH = 64;

/** Any JSON, in which `{"$secret": …}` may stand for a value. */
const jsonWithSecrets = z
  .unknown()
  .refine((value) => depthOf(value) <= MAX_DEPTH, `is nested deeper than ${MAX_DEPTH} levels`)
  .refine(secretsAreReferences, 'has a malformed $secret');

/** Level by level, not by recursion: what was sent may be nested deeper than a stack is. Looks no deeper than it must. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0 || depth > MAX_DEPTH) return depth;
  }
}

function secretsAreReferences(value: unknown): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (isSecretLike(next) && !secretReferenceSchema.safeParse(next).success) return false;
    for (const item of Object.values(next)) waiting.push(item);
  }
  return true;
}

const MAX_TIMEOUT_MS = 24 * 3_600_000;

const environmentName = z
  .string()
  .regex(/^[^=\0]{1,255}$/, 'a name without "="')
  .refine((name) => !/^guardit_/i.test(name), 'names that begin with GUARDIT_ are set by GuardIT');

/** `script`: a program with arguments, or with `shell` a line for the system's shell. */
export const scriptConfigSchema = z
  .strictObject({
    command: noNul
      .min(1)
      .max(32 * 1024)
      .meta({ description: 'A path, or a name that is looked up in PATH.' }),
    args: z
      .array(noNul.max(128 * 1024))
      .max(1000)
      .default([]),
    cwd: noNul.min(1).max(4096).optional().meta({ description: 'Absolute. Default: the data folder.' }),
    env: z.record(environmentName, textOrSecret).default({}),
    shell: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Give command and args, joined by single blanks and not quoted, to /bin/sh -c (Windows: cmd.exe /d /s /c), ' +
          'so that ">", "|" and "*" mean what they mean there.',
      }),
    graceMs: z.int().min(0).max(600_000).default(5000).meta({
      description: 'At a time-out or a cancellation: from the request to end (SIGTERM) to the end by force (SIGKILL).',
    }),
    leftovers: z.enum(['keep', 'kill']).default('keep').meta({
      description: 'What happens after the script has ended by itself to processes that it left running.',
    }),
  })
  .meta({ id: 'ScriptConfig' });

/** RFC 9110's token. */
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/, 'not a header name');
// Latin-1 without control characters: what HTTP/1.1 can carry.
const headerValue = z
  .string()
  .max(16 * 1024)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'not a header value');
/** What the HTTP client sets itself; set by hand they would break the framing. */
const OWN_HEADERS = /^(?:content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect)$/i;

const httpUrl = z
  .string()
  .max(8192)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'not an http or https address');

const requestFields = {
  url: z.union([httpUrl, secretReferenceSchema]).meta({ description: 'http or https.' }),
  headers: z
    .record(
      headerName.refine((name) => !OWN_HEADERS.test(name), 'is set by GuardIT'),
      z.union([headerValue, secretReferenceSchema]),
    )
    .default({}),
  body: jsonWithSecrets.optional().meta({ description: 'Text is sent as it is, everything else as JSON.' }),
  timeout: z
    .int()
    .min(1)
    .max(MAX_TIMEOUT_MS)
    .default(30_000)
    .meta({ description: 'Milliseconds, redirects included.' }),
  expectedStatus: z.array(z.int().min(100).max(599)).min(1).max(100).optional().meta({ description: 'Default: 2xx.' }),
  maxRedirects: z.int().min(0).max(20).default(5),
  maxResponseBytes: z
    .int()
    .min(0)
    .max(64 << 20)
    .default(1 << 20)
    .meta({ description: 'Of the answer’s body, kept in the log; the rest is counted only.' }),
  privateAddresses: z.enum(['allow', 'deny']).default('allow').meta({
    description: 'deny: no addresses of this machine or of private networks. The installation may deny them for all.',
  }),
};

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const method = z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(METHODS));

type HasBody = { readonly method: string; readonly body?: unknown };
const bodyFits = ({ method, body }: HasBody) => body === undefined || (method !== 'GET' && method !== 'HEAD');
const BODY_PROBLEM = { path: ['body'], message: 'GET and HEAD carry no body' };

export const apiCallConfigSchema = z
  .strictObject({ method: method.default('GET'), ...requestFields })
  .refine(bodyFits, BODY_PROBLEM)
  .meta({ id: 'ApiCallConfig' });

export const webhookConfigSchema = z
  .strictObject({ method: method.default('POST'), ...requestFields })
  .refine(bodyFits, BODY_PROBLEM)
  .meta({ id: 'WebhookConfig', description: 'Without a body, task_id and run_id are sent.' });

export const customConfigSchema = z
  .strictObject({
    function: z.string().regex(/^[A-Za-z_$][\w$]{0,127}$/, 'not the name of an export'),
    module: z
      .string()
      .max(255)
      .regex(/^(?![\\/])(?!.*(?:^|[\\/])\.\.(?:[\\/]|$))[^\0:]+\.[cm]?js$/, 'a path inside custom-tasks/ to a .js file')
      .optional()
      .meta({ description: 'Default: custom-tasks.mjs, custom-tasks.js, index.mjs or index.js, whichever is there.' }),
    params: jsonWithSecrets.default({}).meta({ description: 'The function’s first argument.' }),
    memoryMb: z.int().min(16).max(16_384).default(256).meta({ description: 'Of its JavaScript heap.' }),
  })
  .meta({ id: 'CustomConfig' });

export type ScriptConfig = z.infer<typeof scriptConfigSchema>;
export type ApiCallConfig = z.infer<typeof apiCallConfigSchema>;
export type WebhookConfig = z.infer<typeof webhookConfigSchema>;
export type CustomConfig = z.infer<typeof customConfigSchema>;
