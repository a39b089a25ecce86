import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  SplitButton,
  type MenuButtonProps,
} from '@fluentui/react-components';
import { ArrowUndoRegular, EditRegular, SaveRegular, ShieldDismissRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { BACKUP_TYPES } from '../../../contracts/backups.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { backupSchedulesQuery } from '../../api/protection-queries.ts';
import { keys } from '../../api/query-keys.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { removeWithSchedules } from './remove-target.ts';
import { targetTexts } from './texts.ts';
import { useBackUp } from './use-back-up.ts';

/** What can be done with a target. */
export function TargetButtons({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const mayRun = useMay('admin', 'operator');
  const hasBackups = target.last_good_backup !== null;
  return (
    <>
      {isAdmin && <RemoveButton target={target} />}
      {isAdmin && (
        <Button icon={<EditRegular />} onClick={() => navigate(links.editTarget(target.target_id))}>
          {texts.edit}
        </Button>
      )}
      {hasBackups && (
        <Button icon={<ArrowUndoRegular />} onClick={() => navigate(links.restoreTarget(target.target_id))}>
          {texts.restore}
        </Button>
      )}
      {mayRun && <BackUpButton target={target} />}
    </>
  );
}

function BackUpButton({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const { mutate, isPending } = useBackUp();
  const { target_id: id, name } = target;
  const isBusy = isPending || target.active_backup_id !== null;
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        {(props: MenuButtonProps) => (
          <SplitButton
            appearance="primary"
            icon={<SaveRegular />}
            disabled={isBusy}
            primaryActionButton={{ onClick: () => mutate({ id, name }) }}
            menuButton={{ ...props, 'aria-label': texts.moreTypes }}
          >
            {texts.backUpNow}
          </SplitButton>
        )}
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {BACKUP_TYPES.map((type) => (
            <MenuItem key={type} onClick={() => mutate({ id, name, type })}>
              {texts.typeHints[type]}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function RemoveButton({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const client = useQueryClient();
  const notices = useNotices();
  const [, navigate] = useLocation();
  const { data } = useQuery(backupSchedulesQuery);
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { target_id: id, name } = target;
  const schedules = (data?.schedules ?? []).filter(({ targets }) => targets.some(({ target_id }) => target_id === id));
  const own = schedules.filter(({ targets }) => targets.length === 1);
  const ask = () =>
    setConfirmation({
      title: texts.removeTitle(name),
      content: (
        <>
          <p style={{ marginTop: 0 }}>{texts.removeLoses(name)}</p>
          {own.length > 0 && <p>{texts.removeSchedules(own.map((schedule) => schedule.name).join(', '))}</p>}
          <p>{texts.removeKeeps(target.backup_counts.completed)}</p>
        </>
      ),
      action: texts.removeAction,
      act: async () => {
        await removeWithSchedules(id, schedules);
        notices.done(texts.removed(name));
        navigate(links.targets);
        await Promise.all(
          [keys.targets, keys.backupSchedules].map((queryKey) => client.invalidateQueries({ queryKey })),
        );
      },
    });
  return (
    <>
      <Button icon={<ShieldDismissRegular />} onClick={ask}>
        {texts.remove}
      </Button>
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}
