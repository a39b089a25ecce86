import type { Group, Verb } from '../commands/verbs.ts';
import { SERVICE_HELP } from './service-help.ts';

const CODES = `Exit codes: 0 done, 1 failed or refused, 130 interrupted.`;
const RUN_CODES = `Exit codes: 0 done, 1 failed or refused, 3 the run that was waited for did not complete, 130 interrupted.`;

function groupOf(name: string, summary: string, description: string, codes: string, verbs: readonly Verb[]): Group {
  const after = `${SERVICE_HELP}\n\n${codes}\n\nguardit ${name} VERB --help explains a verb, with examples.`;
  return { name, summary, description, usage: 'VERB [arguments] [options]', after, verbs };
}

export const STATUS_VERB: Verb = {
  name: 'status',
  summary: 'show how the service and all tasks are',
  load: () => import('./status/status.ts'),
};

const TASK_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the tasks', load: () => import('./tasks/list.ts') },
  { name: 'show', summary: 'show one task', load: () => import('./tasks/show.ts') },
  {
    name: 'register',
    summary: 'register a task that your own script runs and reports on',
    load: () => import('./tasks/register.ts'),
  },
  { name: 'add', summary: 'add a task that GuardIT runs', load: () => import('./tasks/add.ts') },
  { name: 'update', summary: 'change a task', load: () => import('./tasks/update.ts') },
  { name: 'remove', summary: 'remove a task with its history', load: () => import('./tasks/remove.ts') },
  { name: 'run', summary: 'run a task now', load: () => import('./tasks/run.ts') },
  { name: 'cancel', summary: 'cancel the run of a task', load: () => import('./tasks/cancel.ts') },
  { name: 'pause', summary: 'keep a task, or all, from starting by itself', load: () => import('./tasks/pause.ts') },
  { name: 'resume', summary: 'end a pause', load: () => import('./tasks/resume.ts') },
  { name: 'skip', summary: 'leave out the next start of a task', load: () => import('./tasks/skip.ts') },
];

const JOB_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the runs, newest first', load: () => import('./jobs/list.ts') },
  { name: 'show', summary: 'show one run', load: () => import('./jobs/show.ts') },
  { name: 'logs', summary: 'print the log of a run', load: () => import('./jobs/logs.ts') },
  { name: 'cancel', summary: 'cancel a run', load: () => import('./jobs/cancel.ts') },
  { name: 'restart', summary: 'run the task of a run again', load: () => import('./jobs/restart.ts') },
];

export const BACKUP_VERBS: readonly Verb[] = [
  { name: 'backup', summary: 'back targets up now', load: () => import('./backups/backup.ts') },
  { name: 'restore', summary: 'restore from backups', load: () => import('./backups/restore.ts') },
  { name: 'verify', summary: 'prove that a backup is whole', load: () => import('./backups/verify.ts') },
  { name: 'cleanup', summary: 'remove old backups', load: () => import('./backups/cleanup.ts') },
];

const SCHEDULE_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the backup schedules', load: () => import('./schedules/list.ts') },
  { name: 'create', summary: 'make a schedule', load: () => import('./schedules/create.ts') },
  { name: 'enable', summary: 'let a schedule run', load: () => import('./schedules/enable.ts') },
  { name: 'disable', summary: 'keep a schedule from running', load: () => import('./schedules/disable.ts') },
  { name: 'remove', summary: 'remove a schedule', load: () => import('./schedules/remove.ts') },
];

const BACKUPS_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the backups, newest first', load: () => import('./backups/list.ts') },
  { name: 'files', summary: 'list a folder of a backup', load: () => import('./backups/files.ts') },
  {
    name: 'download',
    summary: 'fetch a file or a folder of a backup',
    load: () => import('./backups/download.ts'),
  },
  {
    name: 'search',
    summary: 'find files by name in all backups of a target',
    load: () => import('./backups/search.ts'),
  },
  { name: 'versions', summary: 'list the versions of a file over time', load: () => import('./backups/versions.ts') },
  { name: 'delete', summary: 'delete a backup', load: () => import('./backups/delete.ts') },
  {
    name: 'consolidate',
    summary: 'merge a chain into its newest backup',
    load: () => import('./backups/consolidate.ts'),
  },
];

const REPOSITORY_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the repositories', load: () => import('./repositories/list.ts') },
  { name: 'add', summary: 'make a repository', load: () => import('./repositories/add.ts') },
  {
    name: 'confirm-kit',
    summary: 'say that a recovery kit is stored',
    load: () => import('./repositories/confirm-kit.ts'),
  },
];

const TARGET_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list what is protected, and how well', load: () => import('./targets/list.ts') },
  { name: 'add', summary: 'protect files and folders', load: () => import('./targets/add.ts') },
  { name: 'remove', summary: 'protect something no more', load: () => import('./targets/remove.ts') },
];

export const BACKUP_GROUPS: readonly Group[] = [
  groupOf(
    'schedule',
    'list, make and switch backup schedules',
    'Work with the times at which backups are made by themselves.',
    CODES,
    SCHEDULE_VERBS,
  ),
  groupOf(
    'backups',
    'list, delete and merge backups',
    'Work with backups that have been made.',
    RUN_CODES,
    BACKUPS_VERBS,
  ),
  groupOf('targets', 'list, add and remove what is protected', 'Work with what is protected.', CODES, TARGET_VERBS),
  groupOf(
    'repositories',
    'list and make the repositories of the service',
    'Work with the places where backups are kept. For admins.',
    CODES,
    REPOSITORY_VERBS,
  ),
];

export const SERVICE_GROUPS: readonly Group[] = [
  groupOf(
    'tasks',
    'list, register, add, change and run tasks',
    'Work with the tasks of the running service.',
    RUN_CODES,
    TASK_VERBS,
  ),
  groupOf('jobs', 'list, watch, cancel and restart runs', 'Work with jobs: the runs of tasks.', RUN_CODES, JOB_VERBS),
];

export const LOGIN_VERBS: readonly Verb[] = [
  { name: 'login', summary: 'log in at the service', load: () => import('./access/login.ts') },
  { name: 'logout', summary: 'end the login', load: () => import('./access/logout.ts') },
  { name: 'whoami', summary: 'say who the service takes you for', load: () => import('./access/whoami.ts') },
];

const KEY_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the API keys', load: () => import('./access/keys-list.ts') },
  { name: 'add', summary: 'make an API key for a program', load: () => import('./access/keys-add.ts') },
  { name: 'remove', summary: 'take an API key back', load: () => import('./access/keys-remove.ts') },
];

const USER_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the users', load: () => import('./access/users-list.ts') },
  { name: 'add', summary: 'add a user', load: () => import('./access/users-add.ts') },
  { name: 'remove', summary: 'remove a user', load: () => import('./access/users-remove.ts') },
  {
    name: 'password',
    summary: "change one's own password, or a user's",
    load: () => import('./access/users-password.ts'),
  },
];

const SECRET_VERBS: readonly Verb[] = [
  { name: 'list', summary: 'list the names of the secrets', load: () => import('./secrets/list.ts') },
  { name: 'set', summary: 'store a secret, or replace its value', load: () => import('./secrets/set.ts') },
  { name: 'remove', summary: 'remove a secret', load: () => import('./secrets/remove.ts') },
];

export const ACCESS_GROUPS: readonly Group[] = [
  groupOf(
    'keys',
    'list, make and remove API keys',
    'Work with API keys, the tokens of programs. For admins.',
    CODES,
    KEY_VERBS,
  ),
  groupOf('users', 'list, add and remove users', 'Work with the people who log in. For admins.', CODES, USER_VERBS),
  groupOf(
    'secrets',
    'list, store and remove secrets of tasks',
    'Work with passwords and tokens that configurations refer to by name. For admins.',
    CODES,
    SECRET_VERBS,
  ),
];
