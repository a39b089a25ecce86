import type { ActionType } from '../../../../contracts/actions.ts';

/** The configuration of an action as text fields. Which of them count depends on the type; `json` is for all others. */
export interface ConfigDraft {
  readonly command: string;
  /** One a line. */
  readonly args: string;
  readonly cwd: string;
  /** `NAME=value`, one a line. */
  readonly env: string;
  readonly shell: boolean;
  readonly method: string;
  readonly url: string;
  /** `Name: value`, one a line. */
  readonly headers: string;
  readonly body: string;
  readonly functionName: string;
  readonly module: string;
  readonly params: string;
  readonly json: string;
  /** Fields that the form does not show: they stay as they are. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export const EMPTY_CONFIG: ConfigDraft = {
  command: '',
  args: '',
  cwd: '',
  env: '',
  shell: false,
  method: '',
  url: '',
  headers: '',
  body: '',
  functionName: '',
  module: '',
  params: '',
  json: '{}',
  rest: {},
};

type Config = Readonly<Record<string, unknown>>;

/** A value that stands in the place of a text: a secret's reference. As JSON in the field. */
function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function entryLines(value: unknown, separator: string): string {
  return Object.entries((value ?? {}) as Config)
    .map(([name, entry]) => `${name}${separator}${fieldText(entry)}`)
    .join('\n');
}

export function configDraftOf(type: ActionType, config: Config): ConfigDraft {
  if (type === 'script') {
    const { command, args, cwd, env, shell, ...rest } = config;
    const lines = Array.isArray(args) ? args.join('\n') : '';
    const texts = { command: fieldText(command), args: lines, cwd: fieldText(cwd), env: entryLines(env, '=') };
    return { ...EMPTY_CONFIG, ...texts, shell: shell === true, rest };
  }
  if (type === 'api_call' || type === 'webhook') {
    const { method, url, headers, body, ...rest } = config;
    const texts = {
      method: fieldText(method),
      url: fieldText(url),
      headers: entryLines(headers, ': '),
      body: fieldText(body),
    };
    return { ...EMPTY_CONFIG, ...texts, rest };
  }
  if (type === 'custom') {
    const { function: functionName, module, params, ...rest } = config;
    const texts = { functionName: fieldText(functionName), module: fieldText(module), params: fieldText(params) };
    return { ...EMPTY_CONFIG, ...texts, rest };
  }
  return { ...EMPTY_CONFIG, json: JSON.stringify(config, null, 2) };
}

/** As the API takes it. Throws a SyntaxError where a field must be JSON and is not. */
export function configOf(type: ActionType, draft: ConfigDraft): Config {
  if (type === 'script') {
    return {
      ...draft.rest,
      command: draft.command,
      ...given('args', lines(draft.args)),
      ...given('cwd', draft.cwd),
      ...given('env', entries(draft.env, '=')),
      ...(draft.shell && { shell: true }),
    };
  }
  if (type === 'api_call' || type === 'webhook') {
    return {
      ...draft.rest,
      url: valueOf(draft.url),
      ...given('method', draft.method),
      ...given('headers', entries(draft.headers, ':')),
      ...given('body', jsonOrText(draft.body)),
    };
  }
  if (type === 'custom') {
    return {
      ...draft.rest,
      function: draft.functionName,
      ...given('module', draft.module),
      ...given('params', draft.params.trim() === '' ? '' : (JSON.parse(draft.params) as unknown)),
    };
  }
  return JSON.parse(draft.json) as Config;
}

function given(name: string, value: unknown): Config {
  const isEmpty = value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return isEmpty ? {} : { [name]: value };
}

function lines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function entries(text: string, separator: string): Config {
  const found = lines(text)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(separator);
      if (at < 0) return [line.trim(), ''] as const;
      const value = line.slice(at + 1);
      return [line.slice(0, at).trim(), valueOf(separator === ':' ? value.trim() : value)] as const;
    });
  return Object.fromEntries(found);
}

/** `{"$secret": "name"}` is a reference, everything else is text. */
function valueOf(text: string): unknown {
  if (!/^\s*\{\s*"\$secret"/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function jsonOrText(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
