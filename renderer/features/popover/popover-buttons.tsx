import {
  Button,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  tokens,
} from '@fluentui/react-components';
import { ArrowUndoRegular, OpenRegular, PauseRegular, PlayRegular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Overview } from '../../../contracts/overview.ts';
import type { PauseLength } from '../../../contracts/shell-bridge.ts';
import { keys } from '../../api/query-keys.ts';
import { taskActions } from '../../api/task-actions.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { openInMainWindow } from './main-window.ts';
import { popoverTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalL,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  button: { flexGrow: 1, minWidth: 'auto', whiteSpace: 'nowrap' },
});

/** What one does without looking first. */
export function PopoverButtons({ scheduler }: { readonly scheduler: Overview['scheduler'] }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const mayPause = useMay('admin', 'operator');
  return (
    <footer className={styles.root}>
      <Button
        className={styles.button}
        appearance="primary"
        icon={<OpenRegular />}
        onClick={() => openInMainWindow('/')}
      >
        {texts.open}
      </Button>
      <Button className={styles.button} icon={<ArrowUndoRegular />} onClick={() => openInMainWindow('/restore')}>
        {texts.restore}
      </Button>
      {mayPause && <PauseButton isPaused={scheduler.paused_until !== null} />}
    </footer>
  );
}

function PauseButton({ isPaused }: { readonly isPaused: boolean }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (length: PauseLength | null) => (length === null ? taskActions.resumeAll() : pauseFor(length)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.overview }),
    onError: (error, length) => notices.failed(length === null ? texts.resume : texts.pause, error),
  });
  if (isPaused) {
    return (
      <Button
        className={styles.button}
        icon={<PlayRegular />}
        disabled={change.isPending}
        onClick={() => change.mutate(null)}
      >
        {texts.resume}
      </Button>
    );
  }
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button className={styles.button} icon={<PauseRegular />} disabled={change.isPending}>
          {texts.pause}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => change.mutate('one-hour')}>{texts.pauseHour}</MenuItem>
          <MenuItem onClick={() => change.mutate('until-tomorrow')}>{texts.pauseDay}</MenuItem>
          <MenuItem onClick={() => change.mutate('until-resumed')}>{texts.pauseOn}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** The app knows when tomorrow begins for it; a page in a browser has no such app and says the time itself. */
async function pauseFor(length: PauseLength): Promise<unknown> {
  if (window.guardit) return window.guardit.pauseAll(length);
  return taskActions.pauseAll(length === 'until-resumed' ? undefined : endOf(length, new Date()));
}

function endOf(length: Exclude<PauseLength, 'until-resumed'>, now: Date): Date {
  if (length === 'one-hour') return new Date(now.getTime() + 3_600_000);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}
