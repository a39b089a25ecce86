import type { PackId } from '../base/ids.ts';
import type { AffectedSnapshot } from './check-affected.ts';
import type { CheckError, CheckHint, CheckReport } from './check-findings.ts';

export interface CheckCounts {
  readonly indexes: number;
  readonly packs: number;
  readonly blobs: number;
  readonly snapshots: number;
  readonly trees: number;
  readonly keys: number;
  readonly unusedBlobs: number;
  readonly readPacks: number;
  readonly readBytes: number;
}

export interface CheckResult {
  /** Nothing is broken; hints may be there. */
  readonly ok: boolean;
  readonly errors: readonly CheckError[];
  /** All of them, also those beyond the list. */
  readonly errorCount: number;
  readonly hints: readonly CheckHint[];
  readonly hintCount: number;
  readonly counts: CheckCounts;
  /** For `repair packs`. */
  readonly brokenPacks: readonly PackId[];
  readonly suggestRepairIndex: boolean;
  readonly suggestPrune: boolean;
  /** Only when asked for. */
  readonly affected?: readonly AffectedSnapshot[];
}

export function resultOf(report: CheckReport, counts: CheckCounts): CheckResult {
  const { errors, hints } = report;
  return {
    ok: errors.count === 0,
    errors: errors.list,
    errorCount: errors.count,
    hints: hints.list,
    hintCount: hints.count,
    counts,
    brokenPacks: [...report.brokenPacks],
    suggestRepairIndex:
      errors.countOf('index_damaged') + errors.countOf('pack_missing') + errors.countOf('pack_size') > 0 ||
      hints.countOf('pack_duplicate') > 0,
    suggestPrune: hints.countOf('pack_orphan') + hints.countOf('pack_mixed') + hints.countOf('blobs_unused') > 0,
  };
}
