import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, tokens } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import type { Overview } from '../../../contracts/overview.ts';
import { keys } from '../../api/query-keys.ts';
import { taskActions } from '../../api/task-actions.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { overviewTexts } from './texts.ts';

const useStyles = makeStyles({ root: { marginBottom: tokens.spacingVerticalL } });

/** A pause of everything is easily forgotten: it stands at the top for as long as it lasts. */
export function PausedBar({ scheduler }: { readonly scheduler: Overview['scheduler'] }) {
  const styles = useStyles();
  const texts = useTexts(overviewTexts);
  const formats = useFormats();
  const client = useQueryClient();
  const notices = useNotices();
  const mayResume = useMay('admin', 'operator');
  const { paused_until: until } = scheduler;
  if (until === null) return null;
  const resume = async () => {
    try {
      await taskActions.resumeAll();
      await client.invalidateQueries({ queryKey: keys.overview });
    } catch (error) {
      notices.failed(texts.resume, error);
    }
  };
  return (
    <MessageBar intent="warning" className={styles.root}>
      <MessageBarBody>
        {until === 'indefinitely' ? texts.paused : texts.pausedUntil(formats.dateTime(until))}
      </MessageBarBody>
      {mayResume && (
        <MessageBarActions>
          <Button onClick={() => void resume()}>{texts.resume}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
