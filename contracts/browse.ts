import { z } from 'zod';
import { Instant } from './common/instant.ts';
import { queryInteger } from './common/parameters.ts';

export const BackupParams = z.object({ backupId: z.string().min(1).max(255) });
export const TargetParams = z.object({ targetId: z.string().min(1).max(255) });

/** In characters; each takes up to nine in an address. */
const LONGEST_PATH = 16_384;
/** What a whole query may have: one path at its longest, or many shorter ones. */
export const LONGEST_QUERY = 9 * LONGEST_PATH;
/** Entries that are downloaded or restored at once, one by one. */
export const MOST_ENTRIES = 1000;

const EntryPath = z.string().max(LONGEST_PATH);
export const ENTRY_TYPES = ['file', 'dir', 'symlink', 'other'] as const;
const EntryType = z.enum(ENTRY_TYPES);

export const FilesQuery = z.strictObject({
  path: EntryPath.default('/').meta({ description: 'A folder of the backup, from `/`, as an entry has it.' }),
  cursor: z
    .string()
    .max(100)
    .optional()
    .meta({ description: '`next_cursor` of the page before, or how many entries come before the page.' }),
  limit: queryInteger(1, 5000).default(1000),
});

export const BrowsedEntryView = z
  .object({
    name: z.string().meta({ description: 'For people: what is no UTF-8 shows as U+FFFD.' }),
    path: z.string().meta({ description: 'For the next request.' }),
    type: EntryType,
    size: z.int().nullable().meta({ description: 'Of a file, in bytes.' }),
    modified_at: Instant,
    mode: z.string().meta({ description: 'Like `0755`.' }),
    link_target: z.string().nullable(),
  })
  .meta({ id: 'BackupEntry' });

export const FilesPage = z
  .object({
    backup_id: z.string(),
    path: z.string(),
    entries: z.array(BrowsedEntryView),
    total: z.int(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'BackupFiles' });
export type FilesPage = z.infer<typeof FilesPage>;

export const DownloadQuery = z.strictObject({
  path: EntryPath.default('/'),
  entry: z
    .array(EntryPath)
    .min(1)
    .max(MOST_ENTRIES)
    .optional()
    .meta({
      description:
        'Of a folder: only this file or folder below it, by its path. Given again for each one; their names in the ' +
        'archive begin in the folder.',
    }),
  format: z.enum(['zip', 'tar']).optional().meta({ description: 'Of a folder; zip unless given.' }),
});

export const PreviewQuery = z.strictObject({ path: EntryPath });

export const DIFF_CHANGES = ['added', 'removed', 'changed', 'metadata', 'type', 'damaged'] as const;

export const DiffQuery = z.strictObject({
  from: z.string().min(1).max(255),
  to: z.string().min(1).max(255),
  prefix: EntryPath.optional().meta({ description: 'Only what lies in this folder.' }),
  change: z.enum(DIFF_CHANGES).optional(),
  limit: queryInteger(1, 5000).default(1000),
  offset: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0),
});

export const BackupDiff = z
  .object({
    from: z.string(),
    to: z.string(),
    target_id: z.string(),
    added_files: z.int(),
    removed_files: z.int(),
    changed_files: z.int(),
    added_bytes: z.int(),
    removed_bytes: z.int(),
    entries: z.array(z.object({ path: z.string(), change: z.enum(DIFF_CHANGES) })),
    total: z.int().meta({ description: 'Of the entries that match.' }),
    truncated: z
      .boolean()
      .meta({ description: 'There are more changes than the first 100,000, which are all that is here.' }),
  })
  .meta({ id: 'BackupDiff' });

export const SearchQueryParams = z.strictObject({
  q: z.string().max(500).meta({ description: 'Words that all stand in the name; case and accents do not matter.' }),
  limit: queryInteger(1, 500).default(50),
});

const IndexState = z
  .object({
    complete: z.boolean(),
    backups: z.int(),
    backups_indexed: z.int(),
  })
  .meta({
    id: 'SearchIndexState',
    description: 'As long as it is not complete, backups are being read in the background.',
  });

export const SearchResult = z
  .object({
    target_id: z.string(),
    hits: z.array(
      z.object({
        path: z.string(),
        name: z.string(),
        type: EntryType,
        versions: z.int(),
        size: z.int().nullable().meta({ description: 'Of its newest version.' }),
        modified_at: Instant.nullable(),
        backup_id: z.string().meta({ description: 'The newest backup that has it.' }),
        first_seen: Instant,
        last_seen: Instant,
        present: z.boolean().meta({ description: 'It is in the newest backup.' }),
      }),
    ),
    has_more: z.boolean(),
    index: IndexState,
  })
  .meta({ id: 'SearchResult' });

export const VersionsQuery = z.strictObject({ path: EntryPath });

export const FileVersions = z
  .object({
    target_id: z.string(),
    path: z.string(),
    versions: z
      .array(
        z.object({
          type: EntryType,
          size: z.int().nullable(),
          modified_at: Instant.nullable(),
          content: z.string().nullable().meta({ description: 'Equal contents have equal ones.' }),
          backup_id: z.string().meta({ description: 'The newest backup that has it.' }),
          first_seen: Instant,
          last_seen: Instant,
          backups: z.int(),
        }),
      )
      .meta({ description: 'Distinct contents, newest first.' }),
    index: IndexState,
  })
  .meta({ id: 'FileVersions' });
