import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Port = z.int().min(0).max(65535);

/** `config.json` of the data folder. Everything has a default; an unknown field is refused, since it is a typing slip. */
export const Settings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: Port.default(3000),
  /** Names beside its own that browsers may use for this server, for example behind a reverse proxy. */
  allowedHosts: z.array(z.string().min(1)).default([]),
  tls: z
    .strictObject({
      certFile: z.string(),
      keyFile: z.string(),
      minVersion: z.enum(['TLSv1.3', 'TLSv1.2']).default('TLSv1.3'),
    })
    .optional(),
  reporting: z.strictObject({ loopback: z.enum(['open', 'token']).default('open') }).prefault({}),
  history: z.strictObject({ keepDays: z.int().min(1).max(36_500).default(90) }).prefault({}),
  agents: z.strictObject({ keepDays: z.int().min(1).max(36_500).default(400) }).prefault({}),
  runs: z
    .strictObject({
      maxConcurrent: z.int().min(1).max(1000).default(4),
      /** Backups, checks and prunes that may work on one repository at once; restores wait for none of them. */
      perRepository: z.int().min(1).max(1000).default(2),
      /** What a stop of the service does with what runs: wait for it, or cancel it. */
      onStop: z.enum(['cancel', 'finish']).default('cancel'),
      /** How long `finish` waits before it cancels after all. */
      stopTimeoutSeconds: z.int().min(0).max(86_400).default(120),
      defaultTimeoutMs: z
        .int()
        .min(1)
        .max(2 ** 31 - 1)
        .default(300_000),
      maxRetries: z.int().min(0).max(100).default(3),
      /** The last part of a longer output is kept. */
      maxLogBytes: z
        .int()
        .min(1024)
        .default(4 * 1024 ** 3),
    })
    .prefault({}),
  http: z.strictObject({ privateAddresses: z.enum(['allow', 'deny']).default('allow') }).prefault({}),
  timeZone: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type Settings = z.infer<typeof Settings>;

/** What the command line said; undefined for what it did not. */
export interface SettingsFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly logLevel?: Settings['logLevel'] | undefined;
}

/** Flags win over the environment, it over `config.json`, that over the defaults. Throws a SettingsError. */
export function loadSettings(folderPath: string, flags: SettingsFlags, env: NodeJS.ProcessEnv): Settings {
  const file = readConfigFile(join(folderPath, 'config.json'));
  const runs = {
    ...section(file, 'runs'),
    ...numbers({ defaultTimeoutMs: env['TASK_DEFAULT_TIMEOUT'], maxRetries: env['TASK_MAX_RETRIES'] }),
  };
  const merged = {
    ...file,
    runs,
    ...defined({ host: env['GUARDIT_HOST'], logLevel: env['GUARDIT_LOG_LEVEL'] }),
    ...numbers({ port: env['GUARDIT_PORT'] }),
    ...defined({ ...flags }),
  };
  const result = Settings.safeParse(merged);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SettingsError(`The setting ${issue?.path.join('.') || '(all)'} is wrong: ${issue?.message ?? 'invalid'}`);
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function readConfigFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new SettingsError(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it must be a JSON object';
    throw new SettingsError(`${path} is not valid: ${reason}`);
  }
}

function section(file: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = file[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

/** Leaves what is no number to the schema, which then names it. */
function numbers(values: Record<string, string | undefined>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defined(values)).map(([name, text]) => [name, /^\d+$/.test(String(text)) ? Number(text) : text]),
  );
}
