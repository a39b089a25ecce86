import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackupService } from '../../support/backup-service.ts';
import { writeFilesIn } from '../../support/source-files.ts';

describe('what is backed up', { timeout: 300_000 }, () => {
  it('runs a command before and one after, and fails with the first of them', async () => {
    const service = await startBackupService();
    const [before, after] = [join(service.source, 'before'), join(service.folder, '..', 'after')];
    const config = (more: object) => ({ paths: [service.source], ...more });
    const targetId = await service.protect({
      config: config({
        pre_command: { command: `echo prepared > '${before}'`, shell: true },
        post_command: ['/bin/sh', '-c', `echo done > '${after}'; echo cleaned up; exit 7`],
      }),
    });
    const good = await service.backUp(targetId, 'full');
    // What the first command writes is in the backup; that the last one fails is a warning.
    expect(good).toMatchObject({ status: 'completed', warnings: 1, statistics: { total_files: 3 } });
    expect(good['warning_list']).toEqual([expect.stringContaining('The command after the backup failed')]);
    expect(await service.runLog(good['run_id'])).toContain('cleaned up');
    const { body: run } = await service.ask('GET', `/api/runs/${String(good['run_id'])}`);
    expect(run).toMatchObject({ status: 'completed', exit_code: 3 });
    rmSync(after);
    const failing = { pre_command: ['/bin/sh', '-c', 'exit 4'], post_command: ['touch', after] };
    await service.ask('PATCH', `/api/v1/targets/${targetId}`, { config: config(failing) });
    const taskId = (await service.ask('GET', `/api/v1/targets/${targetId}`)).body['task_id'];
    expect(taskId).toBe(`backup-${targetId}`);
    const { body: started } = await service.ask('POST', '/api/v1/backup/start', {
      target_id: targetId,
      backup_type: 'full',
    });
    const path = `/api/v1/backup/${String(started['backup_id'])}`;
    // It waits for its next attempt, so somebody gives up.
    for (;;) {
      const { body } = await service.ask('GET', `/api/runs/${String(started['run_id'])}`);
      if (body['retry_at'] !== null) break;
      await new Promise((next) => setTimeout(next, 20));
    }
    expect((await service.ask('GET', path)).body['status']).toBe('pending');
    await service.ask('POST', `${path}/cancel`);
    expect((await service.ended(started['backup_id']))['status']).toBe('cancelled');
    expect(await service.runLog(started['run_id'])).toContain('The command before the backup failed');
    expect(existsSync(after)).toBe(true);
  });

  it('fails where nothing is there, warns where something is missing or can not be read', async () => {
    const service = await startBackupService();
    const gone = join(service.source, '..', 'gone');
    const made = await service.ask('POST', '/api/v1/targets', {
      ...{ name: 'nothing', kind: 'files', repository_id: 'local', config: { paths: [gone] } },
    });
    expect(made).toMatchObject({ status: 201, body: { warnings: [expect.stringContaining('is not there now')] } });
    const failed = await service.backUp('nothing', 'full');
    expect(failed).toMatchObject({ status: 'failed', snapshot_id: null, error: { code: 'source_failed' } });
    expect(failed['error']).toMatchObject({ message: expect.stringContaining(`${gone} is not there`) as string });
    // A symbolic link to itself can't be read by anybody, root included.
    symlinkSync('loop', join(service.source, 'loop'));
    const targetId = await service.protect({ config: { paths: [service.source, gone] } });
    const half = await service.backUp(targetId, 'full');
    expect(half).toMatchObject({ status: 'completed', warnings: 1 });
    expect(half['warning_list']).toEqual([`${gone} is not there, and not in this backup.`]);
    if (process.getuid?.() === 0) return;
    chmodSync(join(service.source, 'a.txt'), 0);
    expect(await service.backUp(targetId)).toMatchObject({ status: 'completed', warnings: 2 });
  });

  it('leaves the repository and the data folder out of what contains them', async () => {
    const service = await startBackupService();
    const targetId = await service.protect({ config: { paths: [join(service.folder, '..')] } });
    const backup = await service.backUp(targetId, 'full');
    expect(backup).toMatchObject({ status: 'completed', statistics: { total_files: 2 } });
    expect(await service.runLog(backup['run_id'])).toContain(`${service.repository} is GuardIT's own, and left out.`);
  });

  it('knows the items of scenarios, new ones by themselves, and tells of those that vanished', async () => {
    const service = await startBackupService();
    const path = join(service.source, 'scenarios');
    writeFilesIn(path, {
      'one/service.json': '{"name": "One", "tags": ["a"]}',
      'one/data.txt': 'x',
      'two/service.json': '[1, 2]',
      'README.md': 'read me',
    });
    const config = { path, metadata_file: 'service.json' };
    await service.protect({ name: 'scenarios', kind: 'scenarios', config });
    const first = await service.backUp('scenarios', 'full');
    expect(first).toMatchObject({ status: 'completed', target_kind: 'scenarios', warnings: 1 });
    expect(first['items']).toEqual([
      { name: 'one', path: `${path}/one`, metadata: { name: 'One', tags: ['a'] } },
      { name: 'two', path: `${path}/two`, metadata: null },
      { name: '.', path, metadata: null },
    ]);
    expect(first['warning_list']).toEqual([expect.stringContaining('two/service.json is no JSON object')]);
    writeFilesIn(path, { 'three/data.txt': 'new', 'two/service.json': `{"long": "${'x'.repeat(70_000)}"}` });
    rmSync(join(path, 'one'), { recursive: true });
    const second = await service.backUp('scenarios');
    expect((second['items'] as { name: string }[]).map(({ name }) => name)).toEqual(['three', 'two', '.']);
    expect(second['warning_list']).toEqual([
      expect.stringContaining('has more than 65536 bytes'),
      'one was in the backup before, and is not there any more.',
    ]);
  });

  it('refuses targets that can not be, and says why', async () => {
    const service = await startBackupService();
    const make = (config: object, more: object = {}) =>
      service.ask('POST', '/api/v1/targets', { name: 'x', kind: 'files', repository_id: 'local', config, ...more });
    const refused = async (answer: ReturnType<typeof make>) => {
      const { status, body } = await answer;
      const details = body['details'] as Record<string, unknown>;
      return [status, body['error'], details['field'], details['code']];
    };
    mkdirSync(join(service.repository, 'inside'), { recursive: true });
    symlinkSync(service.folder, join(service.source, 'link'));
    expect(await refused(make({ paths: ['relative'] }))).toEqual([
      422,
      'unprocessable',
      'config.paths.0',
      'not_absolute',
    ]);
    for (const path of [
      join(service.folder, 'logs'),
      join(service.repository, 'inside'),
      join(service.source, 'link', 'run'),
    ]) {
      expect(await refused(make({ paths: [service.source, path] }))).toEqual([
        422,
        'unprocessable',
        'config.paths.1',
        'own_folder',
      ]);
    }
    expect(await refused(make({}))).toEqual([400, 'validation_failed', 'config.paths', 'required']);
    expect(await refused(make({ paths: [service.source], more: 1 }))).toEqual([
      400,
      'validation_failed',
      'config.more',
      'unrecognized_keys',
    ]);
    expect(await refused(make({}, { kind: 'postgres' }))).toEqual([422, 'unprocessable', 'kind', 'not_supported']);
    expect(await refused(make({ paths: [service.source] }, { repository_id: 'nowhere' }))).toEqual([
      400,
      'validation_failed',
      'repository_id',
      'not_available',
    ]);
    await service.protect({ name: 'x' });
    expect(await refused(make({ paths: [service.source] }))).toEqual([409, 'conflict', 'name', 'taken']);
    expect(readFileSync(join(service.source, 'a.txt'), 'utf8')).toBe('first');
  });
});
