import {
  ACCESS_GROUPS,
  BACKUP_GROUPS,
  BACKUP_VERBS,
  LOGIN_VERBS,
  SERVICE_GROUPS,
  STATUS_VERB,
} from '../service/verbs.ts';
import { REPOSITORY_VERBS, type Group, type Verb } from './verbs.ts';

const REPOSITORY_AFTER = `
LOCATION comes right after the verb: a folder such as /mnt/backup.

Passwords never stand in the command. They come from --password-file FILE, from GUARDIT_PASSWORD_FILE or
GUARDIT_PASSWORD (or restic's RESTIC_PASSWORD_FILE and RESTIC_PASSWORD), or are asked for on a terminal.

Exit codes: 0 done, 1 failed, 3 done but incomplete, 10 no repository, 11 locked, 12 wrong password, 130 interrupted.

guardit repo VERB --help explains a verb, with examples.`;

const REPOSITORY: Group = {
  name: 'repo',
  summary: 'work on a repository, without any server',
  description: 'Work on a repository directly: no server is needed, not even the product that made the backups.',
  usage: 'VERB LOCATION [arguments] [options]',
  after: REPOSITORY_AFTER,
  verbs: REPOSITORY_VERBS,
};

const SERVE: Verb = {
  name: 'serve',
  summary: 'run the service: API, schedules, runs',
  load: () => import('./serve.ts'),
};

const RECOVER: Verb = {
  name: 'recover',
  summary: 'bring GuardIT itself back from a repository',
  load: () => import('./recover-installation.ts'),
};

/** Everything that `guardit` understands, in the order of the help. */
export const COMMANDS: readonly (Verb | Group)[] = [
  REPOSITORY,
  SERVE,
  RECOVER,
  STATUS_VERB,
  ...BACKUP_VERBS,
  ...BACKUP_GROUPS,
  ...SERVICE_GROUPS,
  ...LOGIN_VERBS,
  ...ACCESS_GROUPS,
];
