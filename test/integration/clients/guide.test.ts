import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Node } from 'web-tree-sitter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  descendants,
  parameterNames,
  powerShellParser,
  powerShellSource,
  syntaxErrors,
} from '../../support/powershell.ts';
import { start } from '../../support/processes.ts';
import { startRecordingServer, type RecordingServer } from '../../support/recording-server.ts';
import { CLIENT, ClientMachine } from './shell-client.ts';

const GUIDE = readFileSync(fileURLToPath(new URL('../../../docs/guide/scripts.md', import.meta.url)), 'utf8');

/** The fenced blocks with exactly this info string. Those marked `sh test` are promised to run as they stand. */
function blocks(info: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`^\`\`\`${info}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '');
}

describe("the guide's shell examples", () => {
  let server: RecordingServer;
  let machine: ClientMachine;

  beforeAll(async () => {
    server = await startRecordingServer();
    machine = new ClientMachine();
    const tools = join(machine.folder, 'bin');
    mkdirSync(tools);
    symlinkSync(CLIENT, join(tools, 'guardit-client.sh'));
    mkdirSync(join(machine.folder, 'documents'));
    writeFileSync(join(machine.folder, 'documents/letter.txt'), 'Dear reader');
  });
  afterAll(async () => {
    machine.remove();
    await server.close();
  });

  async function run(script: string) {
    server.requests.length = 0;
    const path = `${join(machine.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const env = { ...machine.environment, GUARDIT_URL: server.url, PATH: path };
    const result = await start('sh', ['-eu', '-c', script], { env, cwd: machine.folder }).result;
    return { ...result, requests: server.requests.map(({ method, target }) => `${method} ${target}`) };
  }

  test.each(blocks('sh test').map((script) => [script.trim().split('\n')[0], script] as const))(
    '%s',
    async (_line, script) => {
      const result = await run(script);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const calls = script.match(/guardit-client[.]sh (?!flush|status "[$]task")|curl /g) ?? [];
      if (!script.includes('report()')) expect(result.requests).toHaveLength(calls.length);
    },
  );

  test('tell the whole story', async () => {
    const whole = blocks('sh test').find((script) => script.startsWith('#!/bin/sh'));
    const { requests } = await run(whole ?? '');
    expect(requests).toEqual(['POST /api/status/web-01-files', 'POST /api/status/web-01-files']);
    expect(JSON.parse(server.requests[1]?.body.toString() ?? '')).toMatchObject({ status: 'completed', progress: 100 });
  });

  test('say so when the work fails', async () => {
    const whole = blocks('sh test').find((script) => script.startsWith('#!/bin/sh')) ?? '';
    const { code } = await run(whole.replace('source=documents', 'source=nowhere'));
    expect(code).toBe(1);
    expect(JSON.parse(server.requests[1]?.body.toString() ?? '')).toMatchObject({ status: 'failed' });
  });

  test('are many', () => {
    expect(blocks('sh test').length).toBeGreaterThanOrEqual(9);
  });
});

describe("the guide's PowerShell examples", () => {
  let parse: (source: string) => Node;
  let known: string[];

  beforeAll(async () => {
    parse = await powerShellParser();
    const block = [...descendants(parse(powerShellSource()))].find(({ type }) => type === 'param_block');
    known = block ? parameterNames(block) : [];
  });

  test.each(blocks('powershell').map((source) => [source.trim().split('\n')[0], source] as const))(
    '%s',
    (_line, source) => {
      const root = parse(source);
      expect(syntaxErrors(root)).toEqual([]);
      for (const command of descendants(root)) {
        if (command.type !== 'command' || !/guardit-client[.]ps1"? -|^Invoke-GuardIT/.test(command.text)) continue;
        const names = [...descendants(command)].filter(({ type }) => type === 'command_parameter');
        expect(names.length).toBeGreaterThan(0);
        for (const name of names) expect(known).toContain(name.text.slice(1));
      }
    },
  );

  test('are many', () => {
    expect(blocks('powershell').length).toBeGreaterThanOrEqual(7);
  });
});
