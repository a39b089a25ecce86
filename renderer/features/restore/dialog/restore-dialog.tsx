import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { CreatedRestores, RestorePlan } from '../../../../contracts/restores.ts';
import { call } from '../../../api/client.ts';
import { keys } from '../../../api/query-keys.ts';
import { links } from '../../../app/links.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { uiTexts } from '../../../ui/texts.ts';
import { nameOf } from '../path-text.ts';
import type { RestoreWish } from '../restore-wish.ts';
import { ChoiceFields } from './choice-fields.tsx';
import { PlanView } from './plan-view.tsx';
import { missingOf, NEW_DRAFT, restoreBody, type RestoreDraft } from './restore-body.ts';
import { StartButton } from './start-button.tsx';
import { dialogTexts } from './texts.ts';

const useStyles = makeStyles({
  surface: { maxWidth: '640px' },
  content: { display: 'grid', gap: tokens.spacingVerticalM },
  next: { whiteSpace: 'nowrap' },
  what: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

/** Where and how, then what that would do, and only then something is written. */
export function RestoreDialog({ wish, onClose }: { readonly wish: RestoreWish; readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(dialogTexts);
  const [draft, setDraft] = useState<RestoreDraft>(NEW_DRAFT);
  const [isAsked, setAsked] = useState(false);
  const plan = useMutation({ mutationFn: () => askPlan(wish, draft) });
  const start = useStart(wish, draft);
  const missing = missingOf(draft);
  const problem = start.error ?? plan.error;
  const next = () => {
    setAsked(true);
    if (missing === null) plan.mutate();
  };
  const back = () => {
    start.reset();
    plan.reset();
  };
  return (
    <Dialog open modalType="modal" onOpenChange={(_event, { open }) => !open && !start.isPending && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{plan.data ? texts.planTitle : texts.title}</DialogTitle>
          <DialogContent className={styles.content}>
            <Text className={styles.what}>
              <What wish={wish} />
            </Text>
            {plan.data ? (
              <PlanView plan={plan.data} />
            ) : (
              <ChoiceFields draft={draft} onChange={setDraft} missing={isAsked ? missing : null} />
            )}
            {problem && (
              <MessageBar intent="error" layout="multiline">
                <MessageBarBody>{problem.message}</MessageBarBody>
              </MessageBar>
            )}
          </DialogContent>
          <Actions
            plan={plan.data ?? null}
            isPlanning={plan.isPending}
            isStarting={start.isPending}
            onClose={onClose}
            onBack={back}
            onNext={next}
            onStart={() => start.mutate()}
          />
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function askPlan(wish: RestoreWish, draft: RestoreDraft) {
  return call('/api/v1/restore/plan', { method: 'POST', body: restoreBody(wish, draft), reply: RestorePlan });
}

function useStart(wish: RestoreWish, draft: RestoreDraft) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () =>
      call('/api/v1/restore/create', { method: 'POST', body: restoreBody(wish, draft), reply: CreatedRestores }),
    onSuccess: ({ restore_id }) => {
      void client.invalidateQueries({ queryKey: keys.restores });
      navigate(links.restored(restore_id));
    },
  });
}

function What({ wish: { folder, paths, madeAt } }: { readonly wish: RestoreWish }) {
  const texts = useTexts(dialogTexts);
  const date = useFormats().dateTime(madeAt);
  if (paths === null) return folder === '/' ? texts.everything(date) : texts.folder(nameOf(folder), date);
  const [only, ...others] = paths;
  return only !== undefined && others.length === 0 ? texts.one(nameOf(only), date) : texts.many(paths.length, date);
}

function Actions(props: {
  readonly plan: RestorePlan | null;
  readonly isPlanning: boolean;
  readonly isStarting: boolean;
  readonly onClose: () => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
  readonly onStart: () => void;
}) {
  const styles = useStyles();
  const texts = useTexts(dialogTexts);
  const words = useTexts(uiTexts);
  if (props.plan) {
    const isHarmless = props.plan.plans.every(({ conflicts, fits }) => conflicts === 0 && fits);
    return (
      // Other buttons, not the same ones with other words: the focus goes to the safe one.
      <DialogActions key="plan">
        <Button autoFocus={!isHarmless} onClick={props.onBack} disabled={props.isStarting}>
          {texts.back}
        </Button>
        <StartButton plan={props.plan} isStarting={props.isStarting} onStart={props.onStart} />
      </DialogActions>
    );
  }
  return (
    <DialogActions key="choices">
      <Button onClick={props.onClose}>{words.cancel}</Button>
      <Button
        className={styles.next}
        appearance="primary"
        disabled={props.isPlanning}
        {...(props.isPlanning && { icon: <Spinner size="tiny" aria-hidden /> })}
        onClick={props.onNext}
      >
        {props.isPlanning ? texts.planning : texts.next}
      </Button>
    </DialogActions>
  );
}
