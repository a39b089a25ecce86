import { finished, protectedBy } from './backup-rows.ts';
import { INSTANT, NUMBER, shown, TEXT, type SeedRow } from './seed-row.ts';

export const BACKUP_API = '4-backup-api-endpoints';

const IMMUTABLE_UNTIL = '2999-01-01T00:00:00Z';

/** BackupResponse, as the seed's Go struct has it. */
const RESPONSE = {
  backup_id: TEXT,
  backup_type: 'full',
  repository_id: 'local-ssd',
  file_path: null,
  nbd_export_name: null,
  bytes_transferred: NUMBER,
  total_bytes: NUMBER,
  created_at: INSTANT,
};
const SUCCESS = shown(BACKUP_API, '**Success Response Format**', {
  backup_id: TEXT,
  status: 'completed',
  repository_id: 'local-ssd',
  vm_name: null,
  file_path: TEXT,
  nbd_export_name: null,
  total_bytes: 20,
  created_at: INSTANT,
});

const start = (about: string, body: unknown, status: number, more: Partial<SeedRow> = {}): SeedRow => ({
  about,
  method: 'POST',
  path: '/api/v1/backup/start',
  body,
  as: 'admin',
  status,
  ...more,
});
const target = (backup_type: string, more: object = {}) => ({ target_id: 'documents', backup_type, ...more });
const get = (about: string, path: string, status: number, answer?: unknown): SeedRow => ({
  about,
  method: 'GET',
  path,
  as: 'admin',
  status,
  ...(answer === undefined ? {} : { answer }),
});
const remove = (about: string, id: string, status: number, answer: unknown): SeedRow => ({
  about,
  method: 'DELETE',
  path: `/api/v1/backup/:${id}`,
  endpoint: 'DELETE /api/v1/backup/:backup_id',
  as: 'admin',
  status,
  answer,
});
const withoutToken = (method: string, path: string, body?: unknown): SeedRow => ({
  about: `${method} ${path} without a token`,
  method,
  path,
  ...(body === undefined ? {} : { body }),
  status: 401,
  answer: { error: 'unauthenticated', message: TEXT },
});

export const seed4: readonly SeedRow[] = [
  ...protectedBy('local-ssd', 'documents'),
  start('starts a full backup', target('full', { repository_id: 'local-ssd' }), 202, {
    answer: { ...RESPONSE, status: 'pending' },
    keep: { backup_id: 'backup_id' },
  }),
  {
    ...finished('shows it when it is complete', 'backup_id', SUCCESS),
    endpoint: 'GET /api/v1/backup/:backup_id',
  },
  start('starts an incremental one, whose parent is found', target('incremental'), 202, {
    answer: { backup_type: 'incremental' },
    keep: { child: 'backup_id' },
  }),
  finished('shows the incremental one', 'child', { backup_type: 'incremental', parent_backup_id: TEXT }),
  get('lists what matches', '/api/v1/backup/list?repository_id=local-ssd&status=completed&backup_type=full', 200, {
    backups: [{ ...RESPONSE, file_path: TEXT, status: 'completed' }],
    total: 1,
  }),
  get('lists a page', '/api/v1/backup/list?limit=1&offset=1', 200, { backups: [{ backup_type: 'full' }], total: 2 }),
  get(
    'lists those of a machine that is not registered',
    '/api/v1/backup/list?vm_name=pgtest2&repository_id=local-ssd&status=completed',
    200,
    { backups: [], total: 0 },
  ),
  get('refuses a filter that is none', '/api/v1/backup/list?status=lost', 400, { error: 'validation_failed' }),
  get('shows the chain', '/api/v1/backup/chain?target_id=documents', 200, {
    chain_id: TEXT,
    full_backup_id: TEXT,
    backups: [{ backup_type: 'full' }, { backup_type: 'incremental' }],
    total_size_bytes: NUMBER,
  }),
  get(
    'shows the chain of a machine that is not registered',
    '/api/v1/backup/chain?vm_context_id=ctx-pgtest2-20251005&disk_id=0',
    404,
    { error: 'not_found', message: 'VM not found' },
  ),
  remove('does not delete a parent with children', 'backup_id', 409, { error: 'backup_has_children' }),
  remove('deletes a backup', 'child', 200, { message: 'backup deleted successfully' }),
  remove('deletes it twice', 'child', 404, { error: 'not_found' }),
  start('leaves out what is backed up', { backup_type: 'full' }, 400, {
    answer: shown(BACKUP_API, '**Error Response Format**', { details: { field: 'vm_name', code: 'required' } }),
  }),
  start('leaves out the type', { target_id: 'documents' }, 400, {
    answer: {
      error: 'validation_failed',
      message: 'backup_type is required',
      details: { field: 'backup_type', code: 'required' },
    },
  }),
  start('has a type that is none', target('partial'), 400, { answer: { error: 'validation_failed' } }),
  start('names a machine that is not there', { vm_name: 'pgtest2', disk_id: 0, backup_type: 'full' }, 404, {
    answer: { error: 'not_found', message: 'VM not found' },
  }),
  start('names a repository that is not there', target('full', { repository_id: 'nowhere' }), 400, {
    answer: { error: 'validation_failed', message: 'Repository not available', details: { field: 'repository_id' } },
  }),
  start('starts another one', target('incremental'), 202, { keep: { second: 'backup_id', chain: 'chain_id' } }),
  finished('waits for it', 'second'),
  {
    about: 'merges the chain',
    method: 'POST',
    path: '/api/v1/backup/consolidate',
    body: ({ chain = '' }: Readonly<Record<string, string>>) => ({ chain_id: chain }),
    as: 'admin',
    status: 202,
    answer: { consolidation_job_id: TEXT, status: 'running' },
    whole: true,
    keep: { job: 'consolidation_job_id' },
  },
  { ...get('waits for the merger', '/api/runs/:job', 200, { type: 'consolidate' }), until: 'completed' },
  get('finds the newest alone in the chain', '/api/v1/backup/chain?chain_id=:chain', 200, {
    backups: [{ backup_type: 'full', parent_backup_id: null }],
  }),
  start('starts an immutable one', target('full', { immutable_until: IMMUTABLE_UNTIL }), 202, {
    keep: { immutable: 'backup_id' },
  }),
  finished('waits for the immutable one', 'immutable', { immutable_until: INSTANT }),
  remove('does not delete it before its time', 'immutable', 423, {
    error: 'immutable',
    details: { code: 'immutable' },
  }),
  withoutToken('POST', '/api/v1/backup/start', target('full')),
  withoutToken('GET', '/api/v1/backup/list'),
  withoutToken('GET', '/api/v1/backup/:immutable'),
  withoutToken('DELETE', '/api/v1/backup/:immutable'),
  withoutToken('GET', '/api/v1/backup/chain?target_id=documents'),
  withoutToken('POST', '/api/v1/backup/consolidate', { chain_id: 'x' }),
];
