import type { PruneResult } from '../../engine/index.ts';
import { formatBytes, formatCount, formatPercent, plural } from './format.ts';
import type { Output } from './output.ts';
import { renderTable } from './table.ts';

/** Prints what a prune did or would do: restic's summary line with --json, a table and a sentence for people. */
export function reportPrune(output: Output, result: PruneResult): void {
  if (output.isJson) return output.record(pruneRecord(result));
  const { statistics, dryRun } = result;
  const rows = (
    [
      ['used', statistics.used],
      ['unused', statistics.unused],
      ...(statistics.duplicate.blobs > 0 ? [['of these duplicates', statistics.duplicate] as const] : []),
      ['to rewrite', statistics.repack],
      ['dropped by that', statistics.repackRemove],
      ['to delete', statistics.remove],
      ['remaining', statistics.remaining],
    ] as const
  ).map(([name, { blobs, bytes }]) => [name, formatCount(blobs), formatBytes(bytes)]);
  const columns = [{ title: '' }, { title: 'Blobs', align: 'right' }, { title: 'Size', align: 'right' }] as const;
  for (const line of renderTable(columns, rows)) output.say(line);
  if (statistics.unindexedBytes > 0) output.say(`Packs that no index names: ${formatBytes(statistics.unindexedBytes)}`);
  const { packs } = statistics;
  if (output.verbosity >= 1) {
    output.say(
      `Packs: ${formatCount(packs.keep)} stay, ${formatCount(packs.repack)} are rewritten, ` +
        `${formatCount(packs.remove + packs.unindexed)} are deleted.`,
    );
  }
  const share = formatPercent(statistics.unusedAfterBytes, statistics.remaining.bytes);
  output.say(`Unused afterwards: ${formatBytes(statistics.unusedAfterBytes)} (${share}).`);
  const freed = formatBytes(statistics.total.bytes);
  if (dryRun) output.say(`Would free ${freed}. Nothing was changed: this was a dry run.`);
  else
    output.say(
      `Freed ${freed}; deleted ${plural(result.executed?.deletedPacks ?? 0, 'pack')}, wrote ${formatCount(result.executed?.newPacks ?? 0)}.`,
    );
}

/** restic's fields (its summary since 0.19). Duplicates are not among its unused blobs. */
export function pruneRecord({ statistics, dryRun }: PruneResult): object {
  const { used, unused, duplicate, repack, repackRemove, remove, total, remaining, packs } = statistics;
  return {
    message_type: 'summary',
    blobs: {
      used: used.blobs,
      duplicate: duplicate.blobs,
      unused: unused.blobs - duplicate.blobs,
      total: used.blobs + unused.blobs,
      repack: repack.blobs,
      repack_remove: repackRemove.blobs,
      remove: remove.blobs,
      remove_total: total.blobs,
      remaining: remaining.blobs,
    },
    bytes: {
      used: used.bytes,
      duplicate: duplicate.bytes,
      unused: unused.bytes - duplicate.bytes,
      unreferenced: statistics.unindexedBytes,
      total: used.bytes + unused.bytes + statistics.unindexedBytes,
      repack: repack.bytes,
      repack_remove: repackRemove.bytes,
      remove: remove.bytes,
      remove_total: total.bytes,
      remaining: remaining.bytes,
      remaining_unused: statistics.unusedAfterBytes,
    },
    packfiles: {
      used: packs.fullyUsed,
      unused: packs.unused,
      partly_used: packs.partlyUsed,
      unreferenced: packs.unindexed,
      total: packs.fullyUsed + packs.unused + packs.partlyUsed + packs.unindexed,
      keep: packs.keep,
      repack: packs.repack,
      remove: packs.remove,
      remove_total: packs.remove + packs.unindexed + packs.repack,
    },
    ...(dryRun && { dry_run: true }),
  };
}
