import { beforeAll, expect, test } from 'vitest';
import {
  functionNamed,
  literalValue,
  descendants,
  powerShellParser,
  powerShellSource,
} from '../../support/powershell.ts';
import { CALLS, type ClientCall } from './calls.ts';
import { readGolden } from './golden-request.ts';

/** The tables out of which guardit-client.ps1 makes its requests, as `Get-GuardITContract` in it returns them. */
interface Contract {
  readonly UserAgent: string;
  readonly Accept: string;
  readonly ContentType: string;
  readonly Actions: Readonly<Record<string, ContractAction>>;
  readonly Fields: Readonly<
    Record<string, { readonly Parameter: string; readonly Kind: 'Text' | 'Whole' | 'Flag' | 'Json' }>
  >;
  readonly Escapes: Readonly<Record<string, string>>;
  readonly Unreserved: string;
}

interface ContractAction {
  readonly Method: string;
  readonly Path: string;
  readonly Needs: readonly string[];
  readonly Body: readonly string[];
  readonly Query?: readonly string[];
}

let contract: Contract;

beforeAll(async () => {
  const parse = await powerShellParser();
  const owner = functionNamed(parse(powerShellSource()), 'Get-GuardITContract');
  const table = [...descendants(owner)].find(({ type }) => type === 'hash_literal_expression');
  if (!table) throw new Error('There is no contract.');
  contract = literalValue(table) as Contract;
});

function text(value: string): string {
  const escaped = Array.from(value, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return contract.Escapes[code] ?? (code < 32 ? `\\u${code.toString(16).padStart(4, '0')}` : character);
  });
  return `"${escaped.join('')}"`;
}

function segment(value: string): string {
  const bytes = [...Buffer.from(value)];
  const parts = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return contract.Unreserved.includes(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return parts.join('');
}

function members(names: readonly string[], given: ClientCall['given']): [string, string][] {
  return names.flatMap((name): [string, string][] => {
    const field = contract.Fields[name];
    const value = field && given[field.Parameter];
    if (!field || value === undefined) return [];
    const kinds = { Text: text, Whole: String, Flag: String, Json: (json: string) => json.trim() };
    return [[name, kinds[field.Kind](value)]];
  });
}

/** What the script's tables say of a call, in the form of the golden requests. */
function requestOf(call: ClientCall): string {
  const { given } = call;
  const action = contract.Actions[call.action === 'List' && given['TaskType'] ? 'ListType' : call.action];
  if (!action) throw new Error(`The contract has no ${call.action}.`);
  for (const parameter of action.Needs) expect(given).toHaveProperty(parameter);
  const path = action.Path.replace(/\{(\w+)\}/, (_, parameter: string) => segment(given[parameter] ?? ''));
  const query = members(action.Query ?? [], given).map(([name, value]) => `${name}=${value}`);
  const body =
    action.Body.length > 0 ? `{${members(action.Body, given).map(([name, json]) => `"${name}":${json}`)}}` : '';
  const headers = {
    accept: contract.Accept,
    ...(body && { 'content-length': Buffer.byteLength(body), 'content-type': contract.ContentType }),
    ...(call.action === 'Status' && { 'idempotency-key': '<uuid>' }),
    'user-agent': contract.UserAgent,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const target = query.length > 0 ? `${path}?${query.join('&')}` : path;
  return `${action.Method} ${target} HTTP/1.1\n${lines.join('\n')}\n\n${body}`;
}

test.each(CALLS.map((call) => [call.name, call] as const))(
  'the tables of guardit-client.ps1 make the golden request %s',
  (name, call) => {
    expect(requestOf(call)).toBe(readGolden(name));
  },
);

test('every action and every field of the tables is in some golden request', () => {
  const used = new Set(
    CALLS.map(({ action, given }) => (action === 'List' && given['TaskType'] ? 'ListType' : action)),
  );
  expect([...used].sort()).toEqual(Object.keys(contract.Actions).sort());
  const parameters = new Set(CALLS.flatMap(({ given }) => Object.keys(given)));
  expect([...parameters].sort()).toEqual(
    Object.values(contract.Fields)
      .map(({ Parameter }) => Parameter)
      .sort(),
  );
});
