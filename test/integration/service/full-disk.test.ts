import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { Service } from '../../../main/host/index.ts';
import { ask } from '../../support/agent-service.ts';
import { fillWithZeroes } from '../../support/full-disk.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';

interface Page {
  readonly total: number;
  readonly history: readonly { readonly message: string }[];
}

test.skipIf(!canMountTmpfs)(
  'a full disk: the script is told, nothing of the status is kept, and intake goes on when there is room',
  async () => {
    const disk = mountTmpfs('size=8m');
    onTestFinished(() => disk.unmount());
    const service = await Service.start({
      dataFolder: join(disk.path, 'data'),
      flags: { port: 0 },
      env: {},
      version: '0.0.0-test',
      log: pino({ level: 'silent' }),
      checkReplies: true,
    });
    onTestFinished(() => service.stop());
    const { port } = service;
    const registration = { taskId: 'db', displayName: 'Database', taskType: 'database' };
    await ask(port, 'POST', '/api/tasks/register', { body: registration });
    fillWithZeroes(join(disk.path, 'ballast'));

    const kept: string[] = [];
    const refused: number[] = [];
    for (let number = 0; number < 300 && refused.length < 20; number++) {
      const message = `${number} ${'x'.repeat(60_000)}`;
      const body = { status: number % 2 === 0 ? 'running' : 'completed', message };
      const answer = await ask(port, 'POST', '/api/status/db', { body });
      if (answer.status === 201) kept.push(message);
      else refused.push(answer.status);
    }
    expect(new Set(refused)).toEqual(new Set([507]));
    const said = await ask(port, 'POST', '/api/status/db', {
      body: { status: 'running', message: 'x'.repeat(60_000) },
    });
    expect(said.body).toMatchObject({ code: 'storage_full', error: expect.stringContaining('full') });

    const read = async () => (await ask<Page>(port, 'GET', '/api/history/db?limit=500')).body;
    expect((await read()).history.map(({ message }) => message).reverse()).toEqual(kept);
    const current = await ask<{ message: string | null }>(port, 'GET', '/api/status/db');
    expect(current.body.message).toBe(kept.at(-1) ?? null);

    rmSync(join(disk.path, 'ballast'));
    const again = await ask(port, 'POST', '/api/status/db', {
      body: { status: 'completed', message: 'there is room' },
    });
    expect(again.status).toBe(201);
    expect((await read()).total).toBe(kept.length + 1);
  },
);
