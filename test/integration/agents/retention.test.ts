import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneBackupRuns } from '../../../main/app/agents/prune-backup-runs.ts';
import type { BackupRun } from '../../../main/app/agents/ports.ts';
import { FolderLogFiles } from '../../../main/infra/log/log-files.ts';
import { storeText } from '../../../main/app/agents/stored-log.ts';
import { addAgent } from '../../support/access-api.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from '../../support/catalogs.ts';

test('runs that nothing was heard of for long go with their logs, others stay with theirs', async () => {
  const clock = new StoppedClock();
  const catalog = await openTestCatalog();
  const folder = join(scratchFolder(), 'logs');
  const logFiles = new FolderLogFiles(folder);
  const agentId = await addAgent({ catalog, clock });
  const before = clock.now();
  const save = async (id: string, updatedAt: Date, hasLog: boolean, startTime = updatedAt) => {
    const log = hasLog ? { ...(await storeText(logFiles, `log of ${id}`)), isComplete: true } : null;
    const run: BackupRun = {
      ...{ tenantId: 'default', id, agentId, policyId: 'p', taskType: 'backup', status: 'success' },
      ...{ startTime, endTime: null, durationSeconds: 1, snapshotId: null, errorMessage: null },
      ...{ log, fields: null, receivedAt: updatedAt, updatedAt },
    };
    await catalog.write(({ backupRuns }) => backupRuns.save(run));
    return log?.logId;
  };
  const earlier = (ms: number) => new Date(before.getTime() - ms);
  for (let at = 0; at < 501; at++) await save(`old-${at}`, earlier(1 + at), at % 250 === 0);
  // Whatever the agent's clock says.
  await save('wrong-clock', earlier(5), false, new Date('2090-01-01T00:00:00Z'));
  const kept = await save('at', before, true, new Date('1990-01-01T00:00:00Z'));

  expect(await pruneBackupRuns({ catalog, logFiles }, before)).toBe(502);
  const left = await catalog.read(({ backupRuns }) => backupRuns.list({ agentId }, { limit: 1000, offset: 0 }));
  expect(left.map(({ id }) => id)).toEqual(['at']);
  const files = readdirSync(folder, { recursive: true }).map(String);
  expect(files.filter((name) => name.endsWith('.log'))).toEqual([expect.stringContaining(String(kept))]);
  expect(await pruneBackupRuns({ catalog, logFiles }, before)).toBe(0);
});
