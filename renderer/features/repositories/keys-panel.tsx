import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Repository } from '../../../contracts/repositories.ts';
import { repositoryActions } from '../../api/repository-actions.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useNow } from '../../format/use-now.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { KitDialog, useConfirmKit, type KitToShow } from '../../ui/repository/kit-dialog.tsx';
import { repositoryTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

/** How old the keys are, whether the kit is stored, and new ones of both. */
export function KeysPanel({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const nowMs = useNow();
  const isAdmin = useMay('admin');
  const { kit } = repository;
  const kitText =
    kit.confirmed_at !== null && kit.needs !== 'store'
      ? texts.kitStoredAt(formats.dateTime(kit.confirmed_at))
      : kit.created_at === null
        ? texts.kitNone
        : texts.kitMadeAt(formats.dateTime(kit.created_at));
  const due = repository.key_rotation_due_at;
  return (
    <Panel title={texts.keys}>
      <div className={styles.root}>
        <Facts
          facts={[
            [texts.kit, kitText],
            [texts.keyAge, formats.relative(repository.key_rotated_at, nowMs)],
            [texts.keyDue, due === null ? texts.keyNever : formats.date(due)],
            [texts.engineId, <code key="id">{repository.engine_id.slice(0, 10)}</code>],
          ]}
        />
        {isAdmin && <Buttons repository={repository} />}
      </div>
    </Panel>
  );
}

function Buttons({ repository }: { readonly repository: Repository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const notices = useNotices();
  const { repository_id: id, name } = repository;
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const [shown, setShown] = useState<KitToShow | null>(null);
  const rotate = useMutation({
    mutationFn: () => repositoryActions.rotateKey(id),
    onSuccess: () => notices.done(texts.rotating(name)),
    onError: (error) => notices.failed(texts.failed, error),
  });
  const confirm = useConfirmKit(id);
  const askForKit = () =>
    setConfirmation({
      title: texts.newKitTitle(name),
      content: texts.newKitContent,
      action: texts.newKitAction,
      isDangerous: false,
      act: async () => {
        const { recovery_kit: kit } = await repositoryActions.renewKit(id);
        setShown({ repositoryId: id, name, kit });
      },
    });
  return (
    <div className={styles.actions}>
      {repository.kit.needs === 'store' && repository.kit.created_at !== null && (
        <Button
          appearance="primary"
          disabled={confirm.isPending}
          onClick={() => confirm.mutate(undefined, { onError: (error) => notices.failed(texts.failed, error) })}
        >
          {texts.confirmKit}
        </Button>
      )}
      <Button appearance={repository.kit.needs === 'renew' ? 'primary' : 'secondary'} onClick={askForKit}>
        {texts.newKit}
      </Button>
      <Button disabled={rotate.isPending} onClick={() => rotate.mutate()}>
        {texts.rotate}
      </Button>
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
      {shown && <KitDialog shown={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
