import { z } from 'zod';
import { RestoreReport } from '../../../contracts/restores.ts';
import type { JobProgress, JobWarning } from '../engine-jobs/ports/job-context.ts';
import type { RestoreFacts } from '../engine-jobs/ports/job-facts.ts';
import type { JsonValue } from '../runs/ports.ts';

/** What a restore's run keeps when it is over. */
export const RestoreResult = z.object({
  report: RestoreReport.nullable(),
  /** Of one that did not come to its end: how far it was. */
  reached: z
    .object({
      files_restored: z.int(),
      bytes_restored: z.int(),
      total_files: z.int().nullable(),
      total_bytes: z.int().nullable(),
    })
    .optional(),
  warning_count: z.int(),
  warnings: z.array(z.object({ item: z.string(), message: z.string() })),
});
export type RestoreResult = z.infer<typeof RestoreResult>;

export const MOST_WARNINGS = 100;
const LONGEST_TEXT = 2_000;

export function restoreResult(
  facts: RestoreFacts | null,
  {
    warnings,
    warningCount,
    verifiedBefore,
  }: { warnings: readonly JobWarning[]; warningCount: number; verifiedBefore: boolean },
): JsonValue {
  return {
    report: facts && {
      total_files: facts.totalFiles,
      total_bytes: facts.totalBytes,
      files_restored: facts.filesRestored,
      folders_restored: facts.foldersRestored,
      bytes_restored: facts.bytesRestored,
      files_skipped: facts.filesSkipped,
      bytes_skipped: facts.bytesSkipped,
      files_verified: facts.filesVerified,
      overwritten: facts.conflictCount,
      duration_seconds: facts.durationMs / 1000,
      verified_before: verifiedBefore,
    },
    ...warningsOf({ warnings, warningCount: Math.max(warningCount, facts?.warningCount ?? 0) }),
  };
}

/** Of one that was stopped, or broke off. */
export function unfinishedResult(
  { filesDone, bytesDone, totalFiles, totalBytes }: JobProgress,
  gathered: { readonly warnings: readonly JobWarning[]; readonly warningCount: number },
): JsonValue {
  return {
    report: null,
    reached: {
      files_restored: filesDone,
      bytes_restored: bytesDone,
      total_files: totalFiles,
      total_bytes: totalBytes,
    },
    ...warningsOf(gathered),
  };
}

function warningsOf({ warnings, warningCount }: { warnings: readonly JobWarning[]; warningCount: number }) {
  return {
    warning_count: warningCount,
    warnings: warnings.map(({ item, message }) => ({ item: cut(item), message: cut(message) })),
  };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
