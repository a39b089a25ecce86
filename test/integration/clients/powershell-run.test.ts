import { beforeAll, expect, test } from 'vitest';
import { PowerShellInterpreter } from '../../support/powershell-interpreter.ts';
import { StringBuilder, Thrown } from '../../support/powershell-values.ts';
import { powerShellParser, powerShellSource } from '../../support/powershell.ts';
import { CALLS } from './calls.ts';
import { readGolden } from './golden-request.ts';

let interpreter: PowerShellInterpreter;
const warnings: unknown[] = [];

beforeAll(async () => {
  const parse = await powerShellParser();
  interpreter = new PowerShellInterpreter(parse(powerShellSource()), {
    'New-Object': ({ argument0 }) => {
      if (argument0 !== 'System.Text.StringBuilder') throw new Error(`New-Object ${String(argument0)}`);
      return [new StringBuilder()];
    },
    'ConvertFrom-Json': ({ InputObject }) => {
      try {
        return [JSON.parse(String(InputObject))];
      } catch {
        throw new Thrown('no JSON');
      }
    },
    'New-GuardITFault': ({ Code, Text, LeftOut }) => [
      {
        Message: Text,
        Data: new Map<string, unknown>([
          ['guarditcode', Code],
          ['guarditleftout', LeftOut ?? false],
        ]),
      },
    ],
    'Write-GuardITWarning': ({ argument0 }) => {
      warnings.push(argument0);
      return [];
    },
  });
});

function requestOf(name: string, given: Readonly<Record<string, string>>, isStrict = false): Map<string, unknown> {
  warnings.length = 0;
  const table = new Map(Object.entries(given).map(([parameter, value]) => [parameter.toLowerCase(), value]));
  const [request] = interpreter.call('New-GuardITRequest', { Name: name, Given: table, IsStrict: isStrict });
  if (!(request instanceof Map)) throw new Error('No request was made.');
  return request as Map<string, unknown>;
}

test.each(CALLS.map((call) => [call.name, call] as const))(
  'the code of guardit-client.ps1 makes the golden request %s',
  (name, call) => {
    const row = call.action === 'List' && call.given['TaskType'] ? 'ListType' : call.action;
    const request = requestOf(row, call.given);
    const [head = '', ...rest] = readGolden(name).split('\n\n');
    expect(`${String(request.get('method'))} ${String(request.get('path'))} HTTP/1.1`).toBe(head.split('\n')[0]);
    expect(request.get('body') ?? '').toBe(rest.join('\n\n'));
    expect(warnings).toEqual([]);
  },
);

test.each([
  ['Progress', '45%'],
  ['Progress', ''],
  ['Data', '{"a":}'],
  ['Data', ' '],
])('a wrong %s, %j, costs only itself, or the call where it is strict', (parameter, value) => {
  const given = { TaskID: 't', Status: 'running', [parameter]: value };
  expect(requestOf('Status', given).get('body')).toBe('{"status":"running"}');
  expect(warnings).toEqual([expect.stringContaining('left out')]);
  expect(() => requestOf('Status', given, true)).toThrow(Thrown);
});

test.each([
  ['Status', { TaskID: 't' }],
  ['Status', { TaskID: '', Status: 'running' }],
  ['Register', { TaskID: 't', DisplayName: 'T' }],
  ['Update', { TaskID: 't' }],
  ['Update', { TaskID: 't', IsActive: 'perhaps' }],
])('%s with %j is a wrong call', (name, given) => {
  expect(() => requestOf(name, given)).toThrow(Thrown);
});
