import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { memo } from 'react';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { detailTexts } from './texts.ts';

/** Nobody reads on, and browsers draw longer lines slowly. */
const LONGEST_LINE = 2_000;
/** Colours and cursor movements of terminals. */
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const TROUBLE = /\b(?:error|fatal|failed|failure|fehler)\b/i;
const WARNING = /\bwarn(?:ing|ung)?\b/i;

const useStyles = makeStyles({
  root: { position: 'absolute', left: 0, whiteSpace: 'pre', padding: `0 ${tokens.spacingHorizontalM}` },
  trouble: { color: 'var(--state-failed)' },
  warning: { color: 'var(--state-warning)' },
  rest: { color: tokens.colorNeutralForeground3 },
});

export const LogLine = memo(function LogLine({ text, top }: { readonly text: string; readonly top: number }) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const plain = text.replaceAll(ESCAPES, '');
  const shown = plain.slice(0, LONGEST_LINE);
  const color = TROUBLE.test(shown) ? styles.trouble : WARNING.test(shown) ? styles.warning : undefined;
  return (
    <div className={mergeClasses(styles.root, color)} style={{ transform: `translateY(${top}px)` }}>
      {shown}
      {plain.length > shown.length && (
        <span className={styles.rest}>{texts.shortened(formats.number(plain.length - shown.length))}</span>
      )}
    </div>
  );
});
