import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Node } from 'web-tree-sitter';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  descendants,
  functionNamed,
  parameterNames,
  powerShellParser,
  powerShellSource,
  syntaxErrors,
} from '../../support/powershell.ts';

let parse: (source: string) => Node;
let root: Node;

beforeAll(async () => {
  parse = await powerShellParser();
  root = parse(powerShellSource());
});

const nodesOf = (type: string, under: Node = root) => [...descendants(under)].filter((node) => node.type === type);

const SEED_PARAMETERS = [
  'Action',
  'TaskID',
  'DisplayName',
  'TaskType',
  'Description',
  'GuardITURL',
  'Status',
  'Message',
  'Progress',
];
const FURTHER_PARAMETERS = [
  'Data',
  'ServerID',
  'ExpectedSchedule',
  'GraceMinutes',
  'MaxDurationMinutes',
  'IsActive',
  'Page',
  'Limit',
  'TokenFile',
  'SpoolFolder',
  'TimeoutSec',
  'Retries',
  'RetryDelaySec',
  'Strict',
];

describe('the parser of this test', () => {
  test.each(['if ($a { }', 'function { param( }', '$x = $a ? 1 : 2', '$x = $a ?? 1', '@{ a = }', 'foreach ($a in) {}'])(
    'refuses %s',
    (source) => {
      expect(syntaxErrors(parse(source))).not.toEqual([]);
    },
  );
});

describe('guardit-client.ps1', () => {
  test('is PowerShell', () => {
    expect(syntaxErrors(root)).toEqual([]);
    expect(nodesOf('function_statement').length).toBeGreaterThan(20);
  });

  test('is UTF-8 with a byte order mark, since Windows PowerShell takes anything else for the local code page', () => {
    const bytes = readFileSync(fileURLToPath(new URL('../../../scripts/guardit-client.ps1', import.meta.url)));
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).not.toThrow();
    expect(readFileSync(fileURLToPath(new URL('../../../.gitattributes', import.meta.url)), 'utf8')).toMatch(
      /^\*[.]ps1 text eol=crlf$/m,
    );
  });

  test('asks for Windows PowerShell 5.1 and uses no syntax of PowerShell 7', () => {
    expect(powerShellSource().replace(/^\ufeff/, '')).toMatch(/^#requires -Version 5[.]1\r?\n/);
    expect(nodesOf('pipeline_chain_tail')).toEqual([]);
    expect(powerShellSource()).not.toMatch(
      /[?][?]|[?][.]|ForEach-Object -Parallel|-SkipHttpErrorCheck|ConvertFrom-Json.*-AsHashtable/,
    );
  });

  test('has the parameters of the seed, and its own, without types that would stick to variables of the caller', () => {
    const block = nodesOf('param_block')[0];
    if (!block) throw new Error('There is no parameter block.');
    expect(parameterNames(block)).toEqual([...SEED_PARAMETERS, ...FURTHER_PARAMETERS]);
    const attributes = nodesOf('attribute', block).map(({ text }) => text);
    expect(attributes).toEqual(['[CmdletBinding()]', '[switch]']);
  });

  test('gives its functions the same parameters', () => {
    expect(parameterNames(functionNamed(root, 'Invoke-GuardIT'))).toEqual([...SEED_PARAMETERS, ...FURTHER_PARAMETERS]);
  });

  test('documents no parameter that it does not have', () => {
    const documented = [...powerShellSource().matchAll(/^[.]PARAMETER (\w+)/gm)].map(([, name]) => name ?? '');
    expect(documented.length).toBeGreaterThan(5);
    for (const name of documented) expect([...SEED_PARAMETERS, ...FURTHER_PARAMETERS]).toContain(name);
  });

  test('only defines functions when it is dot-sourced', () => {
    const list = root.namedChildren.find((node) => node?.type === 'statement_list');
    const statements =
      list?.namedChildren.filter((node) => node && node.type !== 'comment' && node.type !== 'function_statement') ?? [];
    expect(statements.map((node) => node?.type)).toEqual(['if_statement']);
    expect(statements[0]?.text).toMatch(/^if \([$]MyInvocation[.]InvocationName -ne '[.]'\)/);
  });

  test('calls only what is defined here or comes with both PowerShells', () => {
    const own = nodesOf('function_statement').map((node) => node.namedChildren[0]?.text ?? '');
    const foreign = new Set(nodesOf('command_name').map(({ text }) => text));
    for (const name of own) foreign.delete(name);
    expect([...foreign].sort()).toEqual([
      'ConvertFrom-Json',
      'ConvertTo-Json',
      'ForEach-Object',
      'Get-ChildItem',
      'Invoke-WebRequest',
      'Join-Path',
      'New-Object',
      'Set-StrictMode',
      'Sort-Object',
      'Start-Sleep',
      'Test-Path',
      'Where-Object',
      'Write-Verbose',
      'Write-Warning',
      'id',
      'uname',
    ]);
  });

  test('names only parameters that its functions have', () => {
    const parameters = new Map(
      nodesOf('function_statement').map((node) => [node.namedChildren[0]?.text ?? '', parameterNames(node)]),
    );
    let seen = 0;
    for (const command of nodesOf('command')) {
      const known = parameters.get(command.namedChildren.find((node) => node?.type === 'command_name')?.text ?? '');
      if (!known) continue;
      const elements = command.namedChildren.find((node) => node?.type === 'command_elements');
      for (const child of elements?.namedChildren ?? []) {
        if (child?.type !== 'command_parameter') continue;
        expect(known, command.text).toContain(child.text.slice(1));
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('sends as the policy says: no redirects, a time-out, no engine of Internet Explorer', () => {
    const calls = nodesOf('command').filter(({ text }) => text.startsWith('Invoke-WebRequest'));
    expect(calls.map(({ text }) => text)).toEqual([
      'Invoke-WebRequest @options -UseBasicParsing -TimeoutSec $Sender.TimeoutSec -MaximumRedirection 0 -ErrorAction Stop',
    ]);
  });

  test('shows its token to nothing but the header', () => {
    const uses = powerShellSource()
      .split(/\r?\n/)
      .filter((line) => /[$]Sender[.]Token|'Token'/.test(line));
    expect(uses.map((line) => line.trim())).toEqual([
      "if ($Sender.Token -ne '') { $headers['Authorization'] = 'Bearer ' + $Sender.Token }",
      "$sender['Token'] = Get-GuardITToken -Server $server -File $tokenFile",
    ]);
  });
});
