import { expect, test } from 'vitest';
import { newBackupId, readTags, snapshotTags } from '../../../main/app/backup/backup-id.ts';

test('an id says what it is', () => {
  const at = new Date('2026-01-15T12:00:00.123Z');
  expect(newBackupId('documents', 'full', at, '1f2e')).toBe('backup-documents-full-20260115T120000Z-1f2e');
  expect(newBackupId('documents', 'full', at)).not.toBe(
    newBackupId('documents', 'full', new Date(at.getTime() + 1000)),
  );
});

test('tags are read as they were written', () => {
  const until = new Date('2026-02-01T00:00:00Z');
  const tags = snapshotTags('backup-1', 'documents', until);
  expect(tags).toContain('guardit-immutable-until:2026-02-01T00:00:00.000Z');
  expect(readTags(tags)).toMatchObject({
    backupId: 'backup-1',
    targetId: 'documents',
    immutableUntil: until,
    isSettings: false,
  });
  expect(readTags(['guardit-immutable-until:soon', 'other'])).toMatchObject({ backupId: null, immutableUntil: null });
  expect(readTags(['guardit-settings']).isSettings).toBe(true);
});
