import type { SnapshotFacts } from '../../../app/engine-jobs/ports/job-facts.ts';
import type { StoredSnapshot } from '../../../engine/index.ts';

export function snapshotFacts(snapshot: StoredSnapshot): SnapshotFacts {
  const { id, time, parent, hostname, username, paths, tags, programVersion, summary } = snapshot;
  return {
    id,
    time,
    parentId: parent ?? null,
    hostName: hostname,
    userName: username,
    paths,
    tags,
    programVersion: programVersion ?? null,
    totalFiles: summary?.totalFilesProcessed ?? null,
    totalBytes: summary?.totalBytesProcessed ?? null,
  };
}
