import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { until } from './until.ts';
import type { WebService } from './web-service.ts';

export interface Protected {
  /** What is backed up, and where to. */
  readonly folder: string;
  remove(): void;
}

/**
 * Something to look at: two repositories, one with its kit stored; what is backed up, once well, once with a warning, and what
 * waits for its first backup; a channel that fails, and the alerts of it.
 */
export async function protectCompany(service: WebService): Promise<Protected> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardit-protected-')));
  const { api } = service;
  writeTree(folder);
  const repository = (name: string, more: object) =>
    api('POST', '/api/v1/repositories', { name, kind: 'local', location: { path: join(folder, name) }, ...more });
  await repository('Office NAS', { immutable_days: 30 });
  await repository('USB disk', {});
  await api('POST', '/api/v1/repositories/office-nas/kit/confirm', {});
  const target = (name: string, paths: string[], repository_id: string, more: object = {}) =>
    api('POST', '/api/v1/targets', { name, kind: 'files', config: { paths, ...more }, repository_id });
  const excludes = { excludes: ['*.tmp', 'node_modules'], exclude_caches: true };
  await target('Documents', [join(folder, 'documents')], 'office-nas', excludes);
  await target('Web server', [join(folder, 'www'), join(folder, 'gone')], 'office-nas');
  await target('Photos', [join(folder, 'photos')], 'usb-disk');
  await api('PATCH', '/api/v1/targets/documents', { retention: { daily: 7, weekly: 5, monthly: 12 } });
  await api('POST', '/api/v1/schedules', {
    name: 'Nightly',
    schedule: 'daily at 2:00',
    targets: ['documents', 'web-server'],
  });
  await backUp(service, 'documents', 'full');
  await backUp(service, 'web-server', 'full');
  writeFileSync(join(folder, 'documents/letter.txt'), 'Dear Sir or Madam,\n');
  await backUp(service, 'documents', 'incremental');
  const drill = (await api('POST', '/api/v1/targets/documents/drill', {})) as { verification_id: string };
  await until(async () => {
    const { status } = (await api('GET', `/api/v1/verifications/${drill.verification_id}`)) as { status: string };
    return status !== 'running';
  });
  await api('POST', '/api/v1/channels', {
    name: 'Chat of the admins',
    kind: 'slack',
    config: { url: 'http://127.0.0.1:9/hook' },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function writeTree(folder: string): void {
  for (const name of ['documents', 'www', 'photos']) mkdirSync(join(folder, name));
  for (let number = 1; number <= 40; number++) {
    writeFileSync(join(folder, `documents/report-${number}.pdf`), randomBytes(20_000 * number));
    writeFileSync(join(folder, `www/page-${number}.html`), `<h1>${number}</h1>\n`.repeat(500));
  }
  writeFileSync(join(folder, 'photos/one.jpg'), 'not really a photo');
}

async function backUp({ api }: WebService, targetId: string, type: string): Promise<void> {
  const started = (await api('POST', '/api/v1/backup/start', { target_id: targetId, backup_type: type })) as {
    backup_id: string;
  };
  await until(async () => {
    const { status } = (await api('GET', `/api/v1/backup/${started.backup_id}`)) as { status: string };
    return status === 'completed' || status === 'failed';
  });
}

const MIB = 1024 ** 2;

/** Gives repositories a past of two months, as if their size had been noted each day. For a service that is stopped. */
export function seedStorageHistory(folder: string, nowMs: number): void {
  const db = new Database(join(folder, 'catalog.sqlite'));
  const insert = db.prepare('INSERT OR REPLACE INTO storage_samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const { bavail, blocks, bsize } = statfsSync(folder);
  for (const [id, nowMib] of Object.entries({ 'office-nas': 16, 'usb-disk': 1 })) {
    for (let day = 60; day >= 1; day--) {
      const at = nowMs - day * 86_400_000;
      const stored = Math.round(nowMib * MIB * (1 - day / 90 + Math.sin(day) / 40));
      const space = [Math.round(stored / 50), bavail * bsize, blocks * bsize];
      insert.run(id, new Date(at).toISOString().slice(0, 10), at, stored, ...space, 60 - day);
    }
  }
  db.close();
}
