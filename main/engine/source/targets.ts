import { lstatSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { EngineError, systemErrorCode } from '../base/errors.ts';
import { byteString, rawFromByteString, rawText, type RawPath } from '../base/raw-path.ts';
import { listFolder } from './local-listing.ts';
import { planComponents, PlanTree, volumeOf, type PathRules, type PlanNode, type PlanTarget } from './plan-tree.ts';

export interface ResolvedTargets {
  /** The snapshot's `paths`: absolute and clean, in the order given, as far as the targets exist. */
  readonly snapshotPaths: readonly string[];
  /** The same as the system has them, for the exclusion rules. */
  readonly absolutePaths: readonly RawPath[];
  /** The root tree's nodes, by raw bytes in ascending order. */
  readonly plan: readonly PlanNode[];
  /** Targets that do not exist, as given: to be warned about. */
  readonly missing: readonly string[];
}

export interface TargetOptions {
  /** The folder that relative targets start from. Default: the process's. */
  readonly workingFolder?: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * Resolves a backup's targets as restic does (repository-format, section 13): absolute targets keep all their folders,
 * relative ones their relative components without `..`, and targets of dots alone (`.`, `../..`, `/`) are replaced by
 * their entries. Throws `nothing_to_back_up` without any target and `path_not_found` when none exists.
 */
export function resolveTargets(targets: readonly RawPath[], options: TargetOptions = {}): ResolvedTargets {
  if (targets.length === 0) throw new EngineError('nothing_to_back_up', 'Name at least one file or folder to back up.');
  const rules = (options.platform ?? process.platform) === 'win32' ? win32 : posix;
  const workingFolder = byteString(options.workingFolder ?? process.cwd());
  const absolute = (path: string) => cleanPath(rules, rules.resolve(workingFolder, path));
  const missing: string[] = [];
  const existing = targets.map(byteString).filter((target) => {
    const found = exists(rawFromByteString(absolute(target)));
    if (!found) missing.push(rawText(rawFromByteString(target)));
    return found;
  });
  if (existing.length === 0) {
    throw new EngineError('path_not_found', `None of the files and folders to back up exists: ${missing.join(', ')}`);
  }
  const absolutePaths = existing.map((target) => rawFromByteString(absolute(target)));
  const tree = new PlanTree(rules, absolute, (folder) => listFolder(folder));
  for (const target of planTargets(rules, existing, absolute)) tree.add(target);
  return { snapshotPaths: absolutePaths.map(rawText), absolutePaths, plan: tree.finish(), missing };
}

/** Targets cleaned, expanded where they name nothing, and each only once. */
function planTargets(rules: PathRules, targets: readonly string[], absolute: (path: string) => string): PlanTarget[] {
  const byPath = new Map<string, PlanTarget>();
  const add = (path: string, explicit: boolean) => {
    if (!byPath.has(path)) byPath.set(path, { path, explicit });
  };
  for (const target of targets) {
    // `C:` alone would mean the drive's working folder; nobody does.
    const path = volumeOf(rules, target) === target && target !== '' ? target + rules.sep : cleanPath(rules, target);
    if (planComponents(rules, path).names.length > 0) {
      add(path, true);
      continue;
    }
    for (const name of listFolder(rawFromByteString(absolute(path)))) add(rules.join(path, byteString(name)), false);
  }
  return [...byPath.values()];
}

/** Go's filepath.Clean: no closing separator but a root's own. */
function cleanPath(rules: PathRules, path: string): string {
  const clean = rules.normalize(path);
  const { root } = rules.parse(clean);
  return clean.length > root.length && clean.endsWith(rules.sep) ? clean.slice(0, -rules.sep.length) : clean;
}

function exists(path: RawPath): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    // Anything else is for the backup to report, on the target it then cannot read.
    return systemErrorCode(error) !== 'ENOENT';
  }
}
