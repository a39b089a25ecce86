import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask } from '../../support/agent-service.ts';
import { scratchFolder as catalogFolder } from '../../support/catalogs.ts';
import { describeWithRestic, restic } from '../../support/restic.ts';
import { startServiceProcess, type ServiceProcess } from '../../support/service-process.ts';
import { compareTrees } from '../../support/tree-compare.ts';

const FILES = 300;
const FILE_BYTES = 120_000;
const KILLS = 3;
const LONGEST_LIFE_MS = 2_000;

/** A service that is killed again and again, its repository, and one target of it. */
class MortalService {
  readonly work = catalogFolder();
  readonly source = join(this.work, 'source');
  readonly repository = join(this.work, 'repository');
  readonly #folder = catalogFolder();
  #service: ServiceProcess | undefined;
  password = '';

  async start(): Promise<void> {
    this.#service = await startServiceProcess(this.#folder);
  }

  async kill(): Promise<void> {
    await this.#service?.kill();
  }

  async ask(method: string, path: string, body?: object) {
    if (!this.#service) throw new Error('The service has not been started.');
    const { port, adminToken } = this.#service;
    return ask(port, method, path, { as: adminToken, ...(body && { body }) });
  }

  async prepare(): Promise<void> {
    mkdirSync(this.source);
    this.fill(0, FILES);
    await this.start();
    const made = await this.ask('POST', '/api/v1/repositories', {
      ...{ name: 'disk', kind: 'local', location: { path: this.repository } },
    });
    this.password = String((made.body['recovery_kit'] as Record<string, unknown>)['password']);
    const target = { name: 'files', kind: 'files', config: { paths: [this.source] }, repository_id: 'disk' };
    expect((await this.ask('POST', '/api/v1/targets', target)).status).toBe(201);
  }

  fill(from: number, to: number): void {
    for (let at = from; at < to; at++) writeFileSync(join(this.source, `${at}.bin`), randomBytes(FILE_BYTES));
  }

  async until(path: string, is: (body: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const { body } = await this.ask('GET', path);
      if (is(body)) return body;
      await pause(20);
    }
  }

  runEnded(id: string) {
    return this.until(`/api/runs/${id}`, (body) => body['finished_at'] !== null);
  }

  async backUp(type: string): Promise<string> {
    const started = await this.ask('POST', '/api/v1/backup/start', { target_id: 'files', backup_type: type });
    const ended = await this.until(
      `/api/v1/backup/${String(started.body['backup_id'])}`,
      ({ status }) => !['pending', 'running'].includes(String(status)),
    );
    expect(ended).toMatchObject({ status: 'completed' });
    return String(ended['backup_id']);
  }

  /** Begins a run, is killed while it is under way, and comes back; in the last of several lives it is left in peace. */
  async throughDeaths(begin: () => Promise<string>): Promise<void> {
    let id = await begin();
    for (let kill = 0; kill < KILLS; kill++) {
      const begun = await this.until(`/api/runs/${id}`, ({ status }) => status !== 'pending');
      if (begun['status'] === 'running') await pause(Math.random() * LONGEST_LIFE_MS);
      await this.kill();
      await this.start();
      const cut = await this.runEnded(id);
      // It may have been quicker than the kill.
      if (cut['status'] === 'completed') return;
      expect(cut).toMatchObject({ status: 'failed', error: { code: 'service_stopped' } });
      const restarted = await this.ask('POST', `/api/runs/${id}/restart`);
      expect([restarted.status, restarted.body]).toMatchObject([202, { status: expect.any(String) }]);
      id = String(restarted.body['id']);
    }
    const last = await this.runEnded(id);
    expect(last, JSON.stringify(last)).toMatchObject({ status: 'completed' });
  }

  async expectWhole(): Promise<void> {
    await this.kill();
    await restic(this.repository, ['unlock', '--remove-all'], { password: this.password });
    await restic(this.repository, ['check', '--read-data'], { password: this.password });
    const restored = join(this.work, 'restored');
    await restic(this.repository, ['restore', 'latest', '--tag', 'guardit-target:files', '--target', restored], {
      password: this.password,
    });
    expect(compareTrees(this.source, join(restored, this.source))).toEqual([]);
    rmSync(restored, { recursive: true });
    await this.start();
  }
}

describeWithRestic('kill -9 of the service, three times in a row', () => {
  it('in a backup, a prune and a consolidation: runs are closed with the reason, restarted, and nothing is lost', async () => {
    const mortal = new MortalService();
    await mortal.prepare();
    await mortal.throughDeaths(async () => {
      const started = await mortal.ask('POST', '/api/v1/backup/start', { target_id: 'files', backup_type: 'full' });
      return String(started.body['run_id']);
    });
    const { body } = await mortal.ask('GET', '/api/v1/backup/list?status=completed&target=files');
    const [first] = body['backups'] as { backup_id: string; chain_id: string }[];
    await mortal.expectWhole();

    // Every second file goes from packs that stay half used.
    for (let at = 0; at < FILES; at += 2) rmSync(join(mortal.source, `${at}.bin`));
    mortal.fill(FILES, FILES + 20);
    await mortal.backUp('incremental');
    expect((await mortal.ask('DELETE', `/api/v1/backup/${first?.backup_id}`)).status).toBe(409);
    mortal.fill(FILES + 20, FILES + 40);
    const newest = await mortal.backUp('full');
    await mortal.throughDeaths(async () => {
      const started = await mortal.ask('POST', '/api/v1/backup/consolidate', { chain_id: first?.chain_id });
      return String(started.body['consolidation_job_id']);
    });
    const chain = await mortal.ask('GET', `/api/v1/backup/chain?chain_id=${first?.chain_id}`);
    expect(chain.body['backups']).toHaveLength(1);
    await mortal.expectWhole();

    for (let at = 1; at < FILES; at += 4) rmSync(join(mortal.source, `${at}.bin`));
    await mortal.backUp('full');
    for (const { backup_id } of chain.body['backups'] as { backup_id: string }[])
      expect((await mortal.ask('DELETE', `/api/v1/backup/${backup_id}`)).status).toBe(200);
    expect((await mortal.ask('DELETE', `/api/v1/backup/${newest}`)).status).toBe(200);
    await mortal.throughDeaths(async () => {
      const started = await mortal.ask('POST', '/api/v1/repositories/disk/prune');
      return String(started.body['run_id']);
    });
    await mortal.expectWhole();
  });
});
