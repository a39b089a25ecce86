import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ErrorCircleRegular } from '@fluentui/react-icons';
import { ApiError } from '../api/api-error.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { uiTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingVerticalXXXL,
    textAlign: 'center',
  },
  icon: { fontSize: '32px', color: 'var(--state-failed)' },
  hint: { maxWidth: '60ch', color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

/** Why something is not shown, and what can be done. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  const { title, hint, mayRetry } = sayingOf(error, texts);
  return (
    <div className={styles.root} role="alert">
      <ErrorCircleRegular className={styles.icon} aria-hidden />
      <Text size={400} weight="semibold">
        {title}
      </Text>
      <Text className={styles.hint}>{hint}</Text>
      {onRetry && mayRetry && (
        <Button icon={<ArrowClockwiseRegular />} onClick={onRetry}>
          {texts.retry}
        </Button>
      )}
    </div>
  );
}

function sayingOf(error: unknown, texts: (typeof uiTexts)['en']) {
  if (!(error instanceof ApiError)) {
    return { title: texts.failedTitle, hint: error instanceof Error ? error.message : '', mayRetry: true };
  }
  if (error.status === 0) return { title: texts.noAnswerTitle, hint: texts.noAnswerHint, mayRetry: true };
  if (error.status === 403) return { title: texts.forbiddenTitle, hint: texts.forbiddenHint, mayRetry: false };
  if (error.status === 404) return { title: texts.notFoundTitle, hint: error.message, mayRetry: false };
  const id = error.details['error_id'];
  return { title: texts.failedTitle, hint: typeof id === 'string' ? texts.errorId(id) : error.message, mayRetry: true };
}
