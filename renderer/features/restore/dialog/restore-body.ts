import type { CreateRestore, OVERWRITE_RULES } from '../../../../contracts/restores.ts';
import { isText, partsOf } from '../path-text.ts';
import type { RestoreWish } from '../restore-wish.ts';

export type Where = 'new' | 'folder' | 'original';
export type OverwriteRule = (typeof OVERWRITE_RULES)[number];

export interface RestoreDraft {
  readonly where: Where;
  /** Of `folder`. */
  readonly path: string;
  /** Null: not said yet. */
  readonly overwrite: OverwriteRule | null;
  readonly verifyBefore: boolean;
  readonly verify: boolean;
}

export const NEW_DRAFT: RestoreDraft = {
  where: 'new',
  path: '',
  overwrite: null,
  verifyBefore: true,
  verify: false,
};

/** What must be said before a plan can be made. */
export function missingOf({ where, path, overwrite }: RestoreDraft): 'path' | 'overwrite' | null {
  if (where === 'folder' && path.trim() === '') return 'path';
  return where === 'original' && overwrite === null ? 'overwrite' : null;
}

/**
 * For the API. Elsewhere, the folder of the backup in which somebody has chosen becomes the destination itself: who wants one
 * file need not look for it below ten folders. In place everything keeps its whole path.
 */
export function restoreBody(wish: RestoreWish, draft: RestoreDraft): CreateRestore {
  const { where, overwrite, verifyBefore, verify } = draft;
  const isBelow = where !== 'original' && wish.folder !== '/' && isText(wish.folder);
  const include = includesOf(wish, isBelow);
  return {
    backup_id: wish.backupId,
    ...(isBelow && { subfolder: wish.folder }),
    ...(include.length > 0 && { include: [...include] }),
    ...(where === 'folder' && { destination: { path: draft.path.trim() } }),
    ...(where === 'original' && { destination: { original: true as const } }),
    ...(where !== 'new' && overwrite !== null && { overwrite }),
    verify_before_restore: verifyBefore,
    verify,
  };
}

function includesOf({ folder, paths }: RestoreWish, isBelow: boolean): readonly string[] {
  if (paths === null) return isBelow || folder === '/' ? [] : [patternOf(folder, 0)];
  const above = isBelow ? partsOf(folder).length : 0;
  return paths.map((path) => patternOf(path, above));
}

function patternOf(path: string, above: number): string {
  return `/${partsOf(path)
    .slice(above)
    .map(({ pattern }) => pattern)
    .join('/')}`;
}
