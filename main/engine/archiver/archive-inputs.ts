import { availableParallelism } from 'node:os';
import { EngineError } from '../base/errors.ts';
import { checkNewTags } from '../snapshot/protection.ts';
import { Exclusion, type ExclusionOptions } from '../source/exclusion.ts';
import { readPatternFile } from '../source/patterns/pattern-file.ts';
import { resolveTargets, type ResolvedTargets } from '../source/targets.ts';
import type { ArchiveWorkerData } from './archive-messages.ts';
import type { SharedArchiveState } from './archive-control.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { streamSource, type StreamSource } from './stream-archive.ts';

/** What a backup was asked to do, checked before anything is opened. */
export interface ArchiveInputs {
  readonly targets: ResolvedTargets;
  readonly exclusion: ExclusionOptions;
  readonly workers: number;
  readonly stream: StreamSource | undefined;
}

/** Errors: `invalid_argument`, `nothing_to_back_up`, `path_not_found`. */
export function resolveInputs(options: ArchiveOptions): ArchiveInputs {
  if (options.stdin !== undefined && options.targets !== undefined && options.targets.length > 0) {
    throw new EngineError('invalid_argument', 'Back up either a stream or files, not both at once.');
  }
  checkNewTags(options.tags ?? []);
  const stream = options.stdin && streamSource(options.stdin.stream, options.stdin.filename);
  const targets: ResolvedTargets = stream
    ? { snapshotPaths: [stream.path], absolutePaths: [], plan: [], missing: [] }
    : resolveTargets(options.targets ?? []);
  const { patternFiles, insensitivePatternFiles, ...excludes } = options.excludes ?? {};
  const exclusion: ExclusionOptions = {
    ...excludes,
    // Read once, so that all workers see the same text.
    patterns: [...(excludes.patterns ?? []), ...readAll(patternFiles)],
    insensitivePatterns: [...(excludes.insensitivePatterns ?? []), ...readAll(insensitivePatternFiles)],
    oneFileSystem: options.oneFileSystem ?? false,
    targets: targets.absolutePaths,
  };
  // Workers make their own; this one only says now what is wrong.
  new Exclusion(exclusion);
  const workers = options.stdin ? 2 : (options.workers ?? availableParallelism());
  return { targets, exclusion, workers: Math.max(1, workers), stream };
}

function readAll(files: readonly string[] = []): string[] {
  return files.flatMap((file) => readPatternFile(file));
}

export function workerDataOf(
  options: ArchiveOptions,
  inputs: ArchiveInputs,
  worker: number,
  shared: { readonly state: SharedArchiveState; readonly listings: SharedArrayBuffer },
  stagedPrefix: string,
): ArchiveWorkerData {
  const { plan } = inputs.targets;
  const count = options.scan === true && options.onProgress !== undefined;
  // What is kept has no access times.
  const keep = options.withAtime !== true;
  const scouts = worker === 0 && plan.length > 0 && (count || keep);
  return {
    ...shared,
    worker,
    stagedPrefix,
    scout: scouts ? { plan, keep, count } : undefined,
    exclusion: inputs.exclusion,
    ignoreCtime: options.ignoreCtime ?? false,
    ignoreInode: options.ignoreInode ?? false,
    withAtime: options.withAtime ?? false,
    compression: options.compression ?? 'auto',
    dryRun: options.dryRun ?? false,
    wantItems: options.onItem !== undefined,
  };
}
