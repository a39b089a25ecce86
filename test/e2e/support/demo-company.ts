import { protectCompany, seedStorageHistory } from './demo-protection.ts';
import { seedHistory } from './seeded-history.ts';
import { until } from './until.ts';
import { serve, type WebService } from './web-service.ts';

export const PASSWORD = 'correct horse battery';

const OWN_TASKS = [
  ['Nightly database dump', 'script', 'daily at 2:00', 'db-01'],
  ['Copy to the second site', 'script', 'daily at 4:30', 'nas-01'],
  ['Refresh the certificate', 'webhook', 'weekly on sunday at 3:00', null],
  ['Archive old projects', 'script', 'monthly on 1 at 1:00', 'fs-02'],
  ['Report to the wiki', 'api_call', 'daily at 7:00', null],
] as const;

const MONITORED = [
  ['mail-server', 'Mail server', 'files', 'daily at 1:00', 'mx-01'],
  ['erp-database', 'ERP database', 'database', 'every 6 hours', 'erp-01'],
  ['home-folders', 'Home folders', 'files', 'daily at 22:00', 'fs-01'],
  ['vm-images', 'Virtual machines', 'copy', 'weekly on saturday at 23:00', 'hv-01'],
] as const;

const CONFIG = {
  script: { command: 'echo', args: ['All is copied'] },
  webhook: { url: 'http://127.0.0.1:9/hook' },
  api_call: { url: 'http://127.0.0.1:9/report' },
} as const;

/** A small company with a month behind it, one thing that is wrong and one that runs. Its admin is anna. */
export async function startDemoCompany(nowMs = Date.now()): Promise<WebService> {
  const first = await serve();
  for (const [name, type, schedule, serverId] of OWN_TASKS) {
    await first.api('POST', '/api/tasks', { name, type, schedule, serverId, config: CONFIG[type], maxRetries: 0 });
  }
  for (const [taskId, displayName, taskType, expectedSchedule, serverId] of MONITORED) {
    await first.api('POST', '/api/tasks/register', { taskId, displayName, taskType, expectedSchedule, serverId });
  }
  for (const [username, role] of [
    ['anna', 'admin'],
    ['bert', 'operator'],
    ['vera', 'viewer'],
  ]) {
    await first.api('POST', '/api/auth/users', { username, password: PASSWORD, role });
  }
  const kept = await protectCompany(first);
  await first.stop();
  seedStorageHistory(first.folder, nowMs);
  seedHistory(first.folder, { runsPerDay: 1, days: 29, failedPercent: 3, warnedPercent: 6 }, nowMs);
  const service = await serve({ folder: first.folder });
  await Promise.all([makeNews(service), sizesMeasured(service)]);
  return { ...service, remove: () => service.remove().then(kept.remove) };
}

/** Repositories are measured some seconds after a start. */
function sizesMeasured({ api }: WebService): Promise<void> {
  const startMs = Date.now();
  return until(async () => {
    const { repositories } = (await api('GET', '/api/v1/storage/status')) as {
      repositories: { measured_at: string }[];
    };
    return repositories.every(({ measured_at: at }) => Date.parse(at) >= startMs);
  });
}

async function makeNews(service: WebService): Promise<void> {
  const { api, report } = service;
  await api('POST', '/api/tasks', {
    name: 'Export for the auditors',
    type: 'script',
    serverId: 'fs-02',
    config: { shell: true, command: 'echo "opening /srv/export"; echo "error: No space left on device" >&2; exit 2' },
    maxRetries: 0,
    schedule: 'weekly on friday at 18:00',
  });
  await api('POST', '/api/tasks/export-for-the-auditors/execute', {});
  await api('POST', '/api/tasks', {
    name: 'Mirror the package archive',
    type: 'script',
    config: { shell: true, command: 'for n in $(seq 1 5000); do echo "copying packages-$n.tar"; sleep 1; done' },
    schedule: 'every 12 hours',
  });
  await api('POST', '/api/tasks/mirror-the-package-archive/execute', {});
  await report('mail-server', 'completed', '48,211 messages, 12.4 GB', 100);
  await report('home-folders', 'running', 'Copying /home/maria', 63);
  await report('erp-database', 'completed', 'erp.dump', 100);
  await report('vm-images', 'warning', 'hv-01: the checkpoint of "print" is 40 days old', 100);
  const { api_key } = (await api('POST', '/agents', { name: 'branch office', hostname: 'bo-01.example.com' })) as {
    api_key: string;
  };
  await fetch(`${service.url}/agents`, { headers: { authorization: `Bearer ${api_key}` } });
  await api('POST', '/agents', { name: 'warehouse', hostname: 'wh-01.example.com' });
}
