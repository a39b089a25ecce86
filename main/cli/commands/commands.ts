import {
  ACCESS_GROUPS,
  BACKUP_GROUPS,
  BACKUP_VERBS,
  LOGIN_VERBS,
  SERVICE_GROUPS,
  STATUS_VERB,
} from '../service/verbs.ts';
import { REPOSITORY } from './repository-group.ts';
import type { Group, Verb } from './verbs.ts';

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
