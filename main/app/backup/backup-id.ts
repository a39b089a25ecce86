import { randomBytes } from 'node:crypto';
import type { BackupType } from '../../../contracts/backups.ts';

/** `backup-documents-full-20260115T120000Z-1f2e`: says to people what it is. */
export function newBackupId(
  targetId: string,
  type: BackupType,
  at: Date,
  tail = randomBytes(2).toString('hex'),
): string {
  const time = `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `backup-${targetId}-${type}-${time}-${tail}`;
}

const BACKUP_TAG = 'guardit-backup:';
const TARGET_TAG = 'guardit-target:';
const IMMUTABLE_TAG = 'guardit-immutable-until:';
/** GuardIT's own catalog and settings, which are no backup of a target. */
const SETTINGS_TAG = 'guardit-settings';

/** The tags of a backup's snapshot; the engine itself refuses to forget an immutable one. */
export function snapshotTags(backupId: string, targetId: string, immutableUntil: Date | null): string[] {
  const protection = immutableUntil ? [immutableTag(immutableUntil)] : [];
  return ['guardit', `${BACKUP_TAG}${backupId}`, `${TARGET_TAG}${targetId}`, ...protection];
}

export function immutableTag(until: Date): string {
  return `${IMMUTABLE_TAG}${until.toISOString()}`;
}

export interface ReadTags {
  readonly backupId: string | null;
  readonly targetId: string | null;
  readonly immutableUntil: Date | null;
  readonly isSettings: boolean;
  /** The tags that say it is immutable, as they stand there. */
  readonly immutableTags: readonly string[];
}

export function readTags(tags: readonly string[]): ReadTags {
  const after = (prefix: string) => tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length) ?? null;
  const immutableTags = tags.filter((tag) => tag.startsWith(IMMUTABLE_TAG));
  const untils = immutableTags
    .map((tag) => Date.parse(tag.slice(IMMUTABLE_TAG.length)))
    .filter((ms) => Number.isFinite(ms));
  return {
    backupId: after(BACKUP_TAG),
    targetId: after(TARGET_TAG),
    immutableUntil: untils.length === 0 ? null : new Date(Math.max(...untils)),
    isSettings: tags.some((tag) => tag === SETTINGS_TAG || tag.startsWith(`${SETTINGS_TAG}:`)),
    immutableTags,
  };
}
