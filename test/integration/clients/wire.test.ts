import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegisterTask, UpdateTask } from '../../../contracts/tasks.ts';
import { startRecordingServer, type RecordingServer } from '../../support/recording-server.ts';
import { CALLS, shellArguments } from './calls.ts';
import { goldenPath, goldenText, readGolden } from './golden-request.ts';
import { ClientMachine, hasProgram, SHELLS } from './shell-client.ts';

let server: RecordingServer;
let machine: ClientMachine;

beforeAll(async () => {
  server = await startRecordingServer();
  machine = new ClientMachine();
});
afterAll(async () => {
  machine.remove();
  await server.close();
});

async function requestOf(args: readonly string[], shell?: readonly string[]) {
  server.requests.length = 0;
  const result = await machine.run(['--url', server.url, ...args], shell ? { shell } : {});
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  if (!request) throw new Error('Nothing was sent.');
  return request;
}

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('guardit-client.sh in %s', (_name, shell) => {
  const [program] = shell;
  test.skipIf(!hasProgram(program)).each(CALLS.map((call) => [call.name, call] as const))(
    'sends the golden request %s',
    async (name, call) => {
      const text = goldenText(await requestOf(shellArguments(call), shell));
      if (program === 'sh') await expect(text).toMatchFileSnapshot(goldenPath(name));
      else expect(text).toBe(readGolden(name));
    },
  );

  test.skipIf(!hasProgram(program))('replaces what is no UTF-8, in the same way as the platform does', async () => {
    // Cut sequences, overlong ones, surrogates, bytes above U+10FFFF, lone continuations, and whole ones in between.
    const octal =
      '\\377a\\303(\\342\\202b\\340\\200\\200\\355\\240\\200\\360\\237\\222\\364\\220\\200\\200\\200c\\303\\251\\360\\237\\222\\276\\342\\202';
    const bytes = Buffer.from(
      octal.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8))),
      'latin1',
    );
    server.requests.length = 0;
    const script = `"$@" status t running "$(printf '${octal}')" --url "${server.url}"`;
    const result = await machine.runScript(script, shell);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const [request] = server.requests;
    expect(JSON.parse(request?.body.toString() ?? '')).toEqual({
      status: 'running',
      message: new TextDecoder().decode(bytes),
    });
  });
});

describe('guardit-client.sh', () => {
  test.each([
    [
      ['register', 'prod-01-db', 'Production Server 1 - Database Backup', 'database', 'Daily SQL Server full backup'],
      'register-seed',
    ],
    [['status', 'prod-01-db', 'running', 'Backup in progress - 45% complete', '45'], 'status-seed'],
    [['status', 'prod-01-db', '--progress', '45', 'running', 'Backup in progress - 45% complete'], 'status-seed'],
    [['STATUS', 'prod-01-db', 'unknown'], 'status-only'],
    [['get', 'prod-01-db'], 'get'],
    [['list'], 'list'],
    [['list', 'database/full'], 'list-type'],
    [['delete', 'prod-01-db'], 'delete'],
    [['history', 'prod-01-db'], 'history'],
    [['history', 'prod-01-db', '--page', '2', '--limit=50'], 'history-page'],
  ])('takes %j for the golden request %s', async (args, golden) => {
    expect(goldenText(await requestOf(args))).toBe(readGolden(golden));
  });

  test('takes values that begin with a hyphen after --', async () => {
    const { body } = await requestOf(['--', 'status', '-t', 'running', '--strict']);
    expect(JSON.parse(body.toString())).toEqual({ status: 'running', message: '--strict' });
  });

  test('sends nothing that the calling script only happens to export', async () => {
    server.requests.length = 0;
    const env = {
      message: 'x',
      progress: '7',
      data: '{}',
      description: 'x',
      is_active: 'true',
      status: 'failed',
      body: 'x',
    };
    await machine.run(['status', 't', 'running', '--url', server.url], { env });
    expect(server.requests.map(({ body }) => body.toString())).toEqual(['{"status":"running"}']);
  });

  test('reads no .curlrc', async () => {
    writeFileSync(`${machine.folder}/.curlrc`, 'header = "X-Foreign: 1"\nuser-agent = "foreign"\n');
    const { headers } = await requestOf(['list']);
    expect(headers).not.toHaveProperty('x-foreign');
    expect(headers['user-agent']).toBe('guardit-client/1');
  });
});

/** What JSON.stringify and encodeURIComponent make of the same values: the clients' own code is not the judge of itself. */
test.each(CALLS.map((call) => [call.name, call] as const))(
  'the golden request %s says what was given',
  (name, call) => {
    const [head = '', ...rest] = readGolden(name).split('\n\n');
    const body = rest.join('\n\n');
    const length = /content-length: (\d+)/.exec(head)?.[1];
    expect(length === undefined ? '' : length).toBe(body === '' ? '' : String(Buffer.byteLength(body)));
    if (body === '') return;
    const { TaskID, Data, ...others } = call.given;
    const members: Record<string, unknown> = JSON.parse(body);
    expect(members['taskId']).toBe(call.action === 'Register' ? TaskID : undefined);
    expect(members['data']).toEqual(Data === undefined ? undefined : JSON.parse(Data));
    for (const [parameter, value] of Object.entries(others)) {
      const member =
        parameter === 'ServerID' ? 'serverId' : `${parameter.slice(0, 1).toLowerCase()}${parameter.slice(1)}`;
      expect(body).toContain(`"${member}":`);
      expect(String(members[member])).toBe(value);
    }
    if (call.action !== 'Register') {
      const segment = /^[A-Z]+ \/api\/[a-z]+\/([^ ]+) /.exec(head)?.[1] ?? '';
      expect(decodeURIComponent(segment)).toBe(TaskID);
    }
  },
);

test.each(
  CALLS.filter(({ action }) => action === 'Register' || action === 'Update').map((call) => [call.name, call] as const),
)('the service understands the golden request %s', (name, { action }) => {
  const body: unknown = JSON.parse(readGolden(name).split('\n\n').slice(1).join('\n\n'));
  expect((action === 'Register' ? RegisterTask : UpdateTask).parse(body)).toEqual(body);
});
