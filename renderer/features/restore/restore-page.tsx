import { useSearchParams } from 'wouter';
import { BrowseView } from './browse/browse-view.tsx';
import { RestoreResult } from './runs/restore-result.tsx';
import { TargetChoice } from './targets/target-choice.tsx';
import { TargetView } from './targets/target-view.tsx';

/**
 * The way back: a target, then a time or a file, then where to. The address says how far one is: `?target=`, `?backup=`
 * (with `path`), and `?restore=` for one that was started.
 */
export default function RestorePage() {
  const [search] = useSearchParams();
  const target = search.get('target');
  const backup = search.get('backup');
  const restore = search.get('restore');
  if (restore !== null) return <RestoreResult key={restore} restoreId={restore} />;
  if (backup !== null) return <BrowseView key={backup} backupId={backup} />;
  if (target !== null) return <TargetView key={target} targetId={target} />;
  return <TargetChoice />;
}
