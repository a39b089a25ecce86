import type { TargetKind } from '../../../../contracts/targets.ts';
import type { BackupSource } from './backup-source.ts';
import { filesSource } from './files-source.ts';
import { scenariosSource } from './scenarios-source.ts';

/** Who backs up what: one line for each kind of target. */
export const BACKUP_SOURCES: Readonly<Record<TargetKind, BackupSource>> = {
  files: filesSource,
  scenarios: scenariosSource,
};
