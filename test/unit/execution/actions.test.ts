import { describe, expect, test } from 'vitest';
import {
  ACTION_CONFIG_SCHEMAS,
  apiCallConfigSchema,
  customConfigSchema,
  MASK,
  maskSecrets,
  maskUrl,
  restoreMasked,
  scriptConfigSchema,
  webhookConfigSchema,
} from '../../../contracts/actions.ts';
import type { ConfiguredAction } from '../../../contracts/actions.ts';

/** Seed 2's examples, to the letter. */
const EXAMPLES: readonly (readonly [ConfiguredAction, Record<string, unknown>])[] = [
  ['script', { command: 'node', args: ['scripts/cleanup.js'], cwd: '/app', env: { NODE_ENV: 'production' } }],
  [
    'script',
    { command: 'pg_dump', args: ['-U', 'user', '-h', 'localhost', 'mydb', '>', 'backup.sql'], cwd: '/backups' },
  ],
  [
    'api_call',
    {
      method: 'GET',
      url: 'https://api.example.com/health',
      headers: { Authorization: 'Bearer token' },
      timeout: 30000,
    },
  ],
  [
    'webhook',
    {
      url: 'https://discord.com/api/webhooks/...',
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: { content: 'Task completed!' },
    },
  ],
  ['custom', { function: 'processData', params: { source: 'database', target: 'cache' } }],
  ['custom', { function: 'myCustomTask', params: { key: 'value' } }],
];

describe('schemas', () => {
  test.each(EXAMPLES)('%s takes the example %j', (type, config) => {
    expect(ACTION_CONFIG_SCHEMAS[type].parse(config)).toMatchObject(config);
  });

  test('defaults', () => {
    expect(scriptConfigSchema.parse({ command: 'true' })).toEqual({
      command: 'true',
      args: [],
      env: {},
      shell: false,
      graceMs: 5000,
      leftovers: 'keep',
    });
    expect(webhookConfigSchema.parse({ url: 'http://a/' })).toMatchObject({
      method: 'POST',
      headers: {},
      timeout: 30_000,
      maxRedirects: 5,
      maxResponseBytes: 1048576,
      privateAddresses: 'allow',
    });
    expect(apiCallConfigSchema.parse({ url: 'http://a/' }).method).toBe('GET');
    expect(customConfigSchema.parse({ function: 'f' })).toEqual({ function: 'f', params: {}, memoryMb: 256 });
  });

  const REFUSED: readonly (readonly [ConfiguredAction, unknown])[] = [
    ['script', {}],
    ['script', { command: '' }],
    ['script', { command: 'a\0b' }],
    ['script', { command: 'a', args: ['\0'] }],
    ['script', { command: 'a', arguments: [] }],
    ['script', { command: 'a', args: [{ $secret: 'argv-is-public' }] }],
    ['script', { command: 'a', env: { 'A=B': 'c' } }],
    ['script', { command: 'a', env: { GUARDIT_TOKEN: 'mine' } }],
    ['script', { command: 'a', env: { A: { $secret: '../x' } } }],
    ['script', { command: 'a', env: { A: { $secret: 'x', more: 1 } } }],
    ['api_call', {}],
    ['api_call', { url: 'ftp://a/' }],
    ['api_call', { url: 'file:///etc/passwd' }],
    ['api_call', { url: 'not an address' }],
    ['api_call', { url: 'http://a/', method: 'CONNECT' }],
    ['api_call', { url: 'http://a/', method: 'GET', body: 'x' }],
    ['api_call', { url: 'http://a/', headers: { 'a b': 'c' } }],
    ['api_call', { url: 'http://a/', headers: { a: 'b\r\nc: d' } }],
    ['api_call', { url: 'http://a/', headers: { 'Content-Length': '3' } }],
    ['api_call', { url: 'http://a/', timeout: 0 }],
    ['api_call', { url: 'http://a/', expectedStatus: [] }],
    ['webhook', { url: 'http://a/', body: { deep: [{ $secret: 7 }] } }],
    ['custom', {}],
    ['custom', { function: 'a.b' }],
    ['custom', { function: 'f', module: '../x.js' }],
    ['custom', { function: 'f', module: 'a/../../x.js' }],
    ['custom', { function: 'f', module: '/etc/x.js' }],
    ['custom', { function: 'f', module: 'C:\\x.js' }],
    ['custom', { function: 'f', module: 'x.json' }],
  ];

  test.each(REFUSED)('%s refuses %j', (type, config) => {
    expect(ACTION_CONFIG_SCHEMAS[type].safeParse(config).success).toBe(false);
  });

  test('a body that is nested without end is refused, not a stack overflow', () => {
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(webhookConfigSchema.safeParse({ url: 'http://a/', body: nested }).success).toBe(false);
    expect(customConfigSchema.safeParse({ function: 'f', params: nested }).success).toBe(false);
  });

  test('secrets by reference, with a prefix, in the whole address and deep in a body', () => {
    const config = {
      url: { $secret: 'discord' },
      headers: { Authorization: { $secret: 'api', prefix: 'Bearer ' } },
      body: { a: [{ $secret: 'b' }] },
    };
    expect(webhookConfigSchema.parse(config)).toMatchObject(config);
  });
});

describe('masking', () => {
  test('literal secrets are masked, references and the rest stay', () => {
    const config = {
      url: 'https://me:pw@example.com/x?q=1&api_key=abc',
      headers: { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Api-Key': 'k', 'x-auth-token': 't', Accept: '*/*' },
      env: {
        PGPASSWORD: 'p',
        DB_PASS: 'p',
        AWS_SECRET_ACCESS_KEY: 'k',
        GH_TOKEN: 't',
        apiKey: 'k',
        NODE_ENV: 'production',
        MONKEY: 'banana',
        PATH: '/bin',
        COMPASS: 'north',
        S: { $secret: 'n' },
        REF_TOKEN: { $secret: 'n' },
      },
      timeout: 3,
    };
    const masked = maskSecrets(config);
    expect(masked).toEqual({
      url: `https://${MASK}:${MASK}@example.com/x?q=1&api_key=${MASK}`,
      headers: { Authorization: MASK, Cookie: MASK, 'X-Api-Key': MASK, 'x-auth-token': MASK, Accept: '*/*' },
      env: {
        ...config.env,
        PGPASSWORD: MASK,
        DB_PASS: MASK,
        AWS_SECRET_ACCESS_KEY: MASK,
        GH_TOKEN: MASK,
        apiKey: MASK,
        // Rather one too many.
        COMPASS: MASK,
      },
      timeout: 3,
    });
    expect(restoreMasked(masked, config)).toEqual(config);
  });

  test('what was edited stays edited, and a mask with nothing behind it stays a mask', () => {
    const stored = { url: 'https://a:b@c/', env: { TOKEN: 'old', KEY: 'k' } };
    const sent = { url: 'https://a:new@c/', env: { TOKEN: 'new', KEY: MASK, OTHER_KEY: MASK } };
    expect(restoreMasked(sent, stored)).toEqual({
      url: 'https://a:new@c/',
      env: { TOKEN: 'new', KEY: 'k', OTHER_KEY: MASK },
    });
  });

  test('anything else passes as it is', () => {
    for (const value of [null, 'x', 3, [1], {}]) expect(maskSecrets(value)).toEqual(value);
    expect(maskUrl('nonsense')).toBe('nonsense');
  });
});
