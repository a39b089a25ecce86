import type { Database } from 'better-sqlite3';
import type { FileVersion, SearchAnswer, SearchHit, SearchQuery } from '../../app/search/ports.ts';
import { findNames } from './find-names.ts';
import { folded } from './folded.ts';
import { ROOT_FOLDER, TYPES } from './index-schema.ts';
import { Timeline } from './timeline.ts';

interface Span {
  readonly first: number;
  readonly last: number | null;
  readonly type: number;
  readonly size: number;
  readonly mtime: number;
  readonly digest: Buffer | null;
}

const SPANS = 'SELECT first, last, type, size, mtime, digest FROM spans WHERE folder = ? AND name = ? ORDER BY first';

export function answerSearch(db: Database, { words, limit }: SearchQuery): SearchAnswer {
  const timeline = Timeline.of(db);
  const { newest } = timeline;
  if (!newest) return { hits: [], hasMore: false };
  const { names, isCut } = findNames(db, words);
  const folders = db.prepare<[number, number, number], { folder: number }>(
    `SELECT folder FROM spans WHERE name = ? AND first <= ?
     GROUP BY folder ORDER BY max(last IS NULL) DESC, folder LIMIT ?`,
  );
  const spans = db.prepare<[number, number], Span>(SPANS);
  const hits: SearchHit[] = [];
  for (const { id } of names) {
    for (const { folder } of folders.all(id, newest.n, limit + 1)) {
      const hit = hitOf(spans.all(folder, id), timeline);
      if (hit) hits.push({ ...hit, path: pathOf(db, folder, id) });
      if (hits.length > limit) return { hits: hits.slice(0, limit), hasMore: true };
    }
  }
  return { hits, hasMore: isCut };
}

function hitOf(spans: readonly Span[], timeline: Timeline): Omit<SearchHit, 'path'> | null {
  const seen = seenSpans(spans, timeline);
  const oldest = seen[0];
  const latest = seen.at(-1);
  if (!oldest || !latest) return null;
  return {
    type: TYPES[latest.type] ?? 'other',
    versionCount: new Set(seen.map(contentKey)).size,
    sizeBytes: latest.size,
    modifiedAtMs: latest.mtime,
    lastBackupId: latest.seen.newest.backupId,
    lastSeen: new Date(latest.seen.newest.atMs),
    firstSeen: new Date(oldest.seen.oldest.atMs),
    isPresent: latest.seen.newest.n === timeline.newest?.n,
  };
}

export function answerVersions(db: Database, path: string): FileVersion[] {
  const place = placeOf(db, path);
  if (!place) return [];
  const timeline = Timeline.of(db);
  const seen = seenSpans(db.prepare<[number, number], Span>(SPANS).all(place.folder, place.name), timeline);
  const versions = new Map<string, FileVersion>();
  // Oldest first: what comes later is the newer sight of the same content.
  for (const span of seen) {
    const key = contentKey(span);
    const before = versions.get(key);
    versions.delete(key);
    versions.set(key, {
      type: TYPES[span.type] ?? 'other',
      sizeBytes: span.size,
      modifiedAtMs: span.mtime,
      contentDigest: span.digest && span.digest.toString('hex'),
      backupId: span.seen.newest.backupId,
      firstSeen: before?.firstSeen ?? new Date(span.seen.oldest.atMs),
      lastSeen: new Date(span.seen.newest.atMs),
      backupCount: (before?.backupCount ?? 0) + span.seen.count,
    });
  }
  return [...versions.values()].reverse();
}

/** Those that are in a snapshot that is still there, with what they are in. */
function seenSpans(spans: readonly Span[], timeline: Timeline) {
  return spans.flatMap((span) => {
    const seen = timeline.within(span.first, span.last);
    return seen ? [{ ...span, seen }] : [];
  });
}

function contentKey({ type, size, digest }: Span): string {
  return `${type}:${size}:${digest?.toString('hex') ?? ''}`;
}

function pathOf(db: Database, folderId: number, nameId: number): string {
  const nameText = db.prepare<[number], { name: string }>(
    'SELECT coalesce(name, folded) AS name FROM names WHERE id = ?',
  );
  const folder = db.prepare<[number], { parent: number; name: number }>(
    'SELECT parent, name FROM folders WHERE id = ?',
  );
  const names = [nameText.get(nameId)?.name ?? ''];
  for (let at = folderId; at !== ROOT_FOLDER;) {
    const row = folder.get(at);
    if (!row) break;
    names.unshift(nameText.get(row.name)?.name ?? '');
    at = row.parent;
  }
  return `/${names.join('/')}`;
}

function placeOf(db: Database, path: string): { folder: number; name: number } | null {
  const names = path.split('/').filter((name) => name !== '');
  const last = names.pop();
  if (last === undefined) return null;
  const nameId = db.prepare<[string, string], { id: number }>(
    'SELECT id FROM names WHERE folded = ? AND coalesce(name, folded) = ?',
  );
  const child = db.prepare<[number, number], { id: number }>('SELECT id FROM folders WHERE parent = ? AND name = ?');
  let folder = ROOT_FOLDER;
  for (const name of names) {
    const known = nameId.get(folded(name), name);
    const row = known && child.get(folder, known.id);
    if (!row) return null;
    folder = row.id;
  }
  const leaf = nameId.get(folded(last), last);
  return leaf ? { folder, name: leaf.id } : null;
}
