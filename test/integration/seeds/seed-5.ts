import { curlRequests, readSeed } from '../../support/seed-documents.ts';
import { finished, protectedBy } from './backup-rows.ts';
import { INSTANT, TEXT, type SeedRow } from './seed-row.ts';

export const MANAGER = '5-data-backup-manager';

export const seed5: readonly SeedRow[] = [
  ...protectedBy('minio', 'postgres', 'files'),
  { about: 'looks at the system', curl: 0, as: 'admin', status: 200 },
  {
    about: 'backs up several targets at once, by the words of the seed',
    curl: 1,
    as: 'admin',
    status: 202,
    answer: {
      backup_job_id: TEXT,
      backups: [
        { target_id: 'postgres', backup_type: 'full', description: 'Manual backup', repository_id: 'minio' },
        { target_id: 'files', backup_type: 'full', description: 'Manual backup' },
      ],
    },
    keep: { job: 'backup_job_id', first: 'backups.0.backup_id', second: 'backups.1.backup_id' },
  },
  {
    about: 'lists the backups of a target',
    curl: 2,
    as: 'admin',
    status: 200,
    answer: { backups: [{ target_id: 'postgres', backup_job_id: TEXT }], total: 1 },
  },
  {
    about: 'backs up what is not supported yet',
    method: 'POST',
    path: '/api/v1/backup/create',
    body: { type: 'full', targets: ['mysql'] },
    as: 'admin',
    status: 422,
    answer: { error: 'unprocessable', details: { code: 'not_supported', supported: ['files', 'scenarios'] } },
  },
  {
    about: 'backs up what is not there: nothing is started',
    method: 'POST',
    path: '/api/v1/backup/create',
    body: { type: 'full', targets: ['files', 'nobody'] },
    as: 'admin',
    status: 404,
    answer: { error: 'not_found', details: { target: 'nobody' } },
  },
  {
    about: 'makes the schedule of the seed',
    method: 'POST',
    path: '/api/v1/schedules',
    body: { name: 'daily-full-backup', cron: '0 2 * * *', targets: ['postgres', 'files'], retention: 7 },
    as: 'admin',
    status: 201,
    answer: {
      schedule_id: 'daily-full-backup',
      cron: '0 2 * * *',
      retention: { days: 7 },
      enabled: true,
      next_run: INSTANT,
      targets: [{ target_id: 'postgres', next_run: INSTANT, last_run: null }, { target_id: 'files' }],
    },
  },
  {
    about: 'switches it off',
    method: 'POST',
    path: '/api/v1/schedules/daily-full-backup/disable',
    as: 'admin',
    status: 200,
    answer: { enabled: false, next_run: null },
  },
  {
    about: 'switches it on',
    method: 'POST',
    path: '/api/v1/schedules/daily-full-backup/enable',
    as: 'admin',
    status: 200,
    answer: { enabled: true, next_run: INSTANT },
  },
  {
    about: 'lists the schedules',
    method: 'GET',
    path: '/api/v1/schedules',
    as: 'admin',
    status: 200,
    answer: { schedules: [{ name: 'daily-full-backup' }], total: 1 },
  },
  finished('waits for the first of the job', 'first', { status: 'completed' }),
  finished('waits for the second of the job', 'second', { status: 'completed' }),
  {
    about: 'keeps an incremental backup for longer than its target says',
    method: 'POST',
    path: '/api/v1/backup/create',
    body: { type: 'incremental', targets: ['postgres'], retention_days: 30 },
    as: 'admin',
    status: 202,
    answer: { backups: [{ keep_until: INSTANT, backup_type: 'incremental' }] },
  },
  {
    about: 'restores what the job has saved, verified before',
    covers: 3,
    method: 'POST',
    path: '/api/v1/restore/create',
    body: ({ job = '' }: Readonly<Record<string, string>>) => ({
      ...(JSON.parse((curlRequests(readSeed(MANAGER))[3]?.body ?? '').replace('<job-id>', job)) as object),
    }),
    as: 'admin',
    status: 202,
    answer: { restore_id: TEXT },
  },
];
