import { REPOSITORY_VERBS, type Group } from './verbs.ts';

const REPOSITORY_AFTER = `
LOCATION comes right after the verb: a folder such as /mnt/backup.

Passwords never stand in the command. They come from --password-file FILE, from GUARDIT_PASSWORD_FILE or
GUARDIT_PASSWORD (or restic's RESTIC_PASSWORD_FILE and RESTIC_PASSWORD), or are asked for on a terminal.

Exit codes: 0 done, 1 failed, 3 done but incomplete, 10 no repository, 11 locked, 12 wrong password, 130 interrupted.

guardit repo VERB --help explains a verb, with examples.`;

export const REPOSITORY: Group = {
  name: 'repo',
  summary: 'work on a repository, without any server',
  description: 'Work on a repository directly: no server is needed, not even the product that made the backups.',
  usage: 'VERB LOCATION [arguments] [options]',
  after: REPOSITORY_AFTER,
  verbs: REPOSITORY_VERBS,
};
