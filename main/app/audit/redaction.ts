import type { JsonValue } from './ports.ts';

const SECRET_NAME = /pass(?:word|phrase)|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i;
/** Our own tokens, and JSON web tokens, wherever they stand. */
const TOKEN = /\b(?:g[kfr]_[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)/g;
const MASK = '***';
const MAX_DEPTH = 8;
const MAX_TEXT_LENGTH = 2_000;

/**
 * A net below the callers' care: the audit is kept for years and read by many. Fields whose name sounds like a secret are
 * masked, tokens inside of texts too; long texts are cut. Numbers, booleans and null say nothing secret (`token_version: 3`).
 */
export function withoutSecrets(value: JsonValue, depth = 0): JsonValue {
  if (typeof value === 'string') return shorten(value.replaceAll(TOKEN, MASK));
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, JsonValue]) => [name, maskField(name, child, depth)]),
  );
}

function maskField(name: string, value: JsonValue, depth: number): JsonValue {
  const saysSomething = typeof value === 'string' || (typeof value === 'object' && value !== null);
  return SECRET_NAME.test(name) && saysSomething ? MASK : withoutSecrets(value, depth + 1);
}

function shorten(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
