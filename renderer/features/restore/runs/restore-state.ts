import type { RestoreView } from '../../../../contracts/restores.ts';

/** One that is complete but for some things is shown as a warning. */
export function shownState({ status, warnings }: RestoreView) {
  return status === 'completed' && warnings > 0 ? ('warning' as const) : status;
}

export function isActive({ status }: RestoreView): boolean {
  return status === 'pending' || status === 'running';
}
