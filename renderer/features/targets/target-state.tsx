import type { TargetStateView } from '../../../contracts/protection-status.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { StateWord } from '../../ui/state-word.tsx';
import type { ShownState } from '../../ui/texts.ts';
import { targetTexts } from './texts.ts';

const LOOKS: Readonly<Record<TargetStateView['state'], ShownState>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  overdue: 'overdue',
  running: 'running',
  never: 'unknown',
};

/** How well a target is protected, with the reason where it is not. */
export function TargetState({ state }: { readonly state: TargetStateView | undefined }) {
  const { states } = useTexts(targetTexts);
  if (!state) return null;
  return (
    <StateWord
      state={LOOKS[state.state]}
      word={states[state.state]}
      {...(state.cause !== null && { title: state.cause })}
    />
  );
}
