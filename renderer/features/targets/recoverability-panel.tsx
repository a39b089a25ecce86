import { Button } from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import type { TargetStateView } from '../../../contracts/protection-status.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { targetActions } from '../../api/backup-actions.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { Facts } from '../../ui/facts.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { targetTexts } from './texts.ts';

/** What a recovery would bring back, and whether one was ever tried. */
export function RecoverabilityPanel(props: {
  readonly target: TargetView;
  readonly state: TargetStateView | undefined;
}) {
  const { target, state } = props;
  const texts = useTexts(targetTexts);
  const { facts } = texts;
  const formats = useFormats();
  const nowMs = useNow();
  const good = target.last_good_backup;
  const when = (at: string | null | undefined) =>
    at ? `${formats.relative(at, nowMs)} · ${formats.dateTime(at)}` : texts.never;
  return (
    <Panel title={texts.recoverability} aside={good && <DrillButton targetId={target.target_id} />}>
      <Facts
        facts={[
          [facts.lastBackup, when(good?.completed_at)],
          [facts.proven, when(state?.last_drill_at)],
          [facts.rpo, span(state?.rpo_seconds, (seconds) => texts.rpo(formats.duration(seconds)))],
          [facts.rto, span(state?.rto_seconds, formats.duration)],
          [facts.next, target.next_run === null ? texts.byHand : when(target.next_run)],
          [
            facts.immutable,
            good === null
              ? null
              : state?.immutable_until
                ? formats.dateTime(state.immutable_until)
                : facts.notImmutable,
          ],
          [facts.kit, state === undefined ? null : state.kit_stored ? facts.kitStored : facts.kitMissing],
          [facts.offSite, state === undefined || good === null ? null : state.off_site ? facts.yes : facts.no],
        ]}
      />
    </Panel>
  );
}

function span(seconds: number | null | undefined, textOf: (seconds: number) => string): string | null {
  return seconds === null || seconds === undefined ? null : textOf(seconds);
}

function DrillButton({ targetId }: { readonly targetId: string }) {
  const texts = useTexts(targetTexts);
  const notices = useNotices();
  const mayRun = useMay('admin', 'operator');
  const drill = useMutation({
    mutationFn: () => targetActions.drill(targetId),
    onSuccess: () => notices.done(texts.drillStarted),
    onError: (error) => notices.failed(texts.drill, error),
  });
  if (!mayRun) return null;
  return (
    <Button
      size="small"
      icon={<ShieldCheckmarkRegular />}
      title={texts.drillHint}
      disabled={drill.isPending}
      onClick={() => drill.mutate()}
    >
      {texts.drill}
    </Button>
  );
}
