import { makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';
import { useFormats } from '../format/use-formats.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: '6px', padding: `${tokens.spacingVerticalS} 0` },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  name: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  facts: {
    color: tokens.colorNeutralForeground2,
    fontSize: '13px',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  },
  message: {
    color: tokens.colorNeutralForeground2,
    fontSize: '12px',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
});

/** Something that runs: what, how far, and what is known of speed and end. */
export function ProgressRow(props: {
  readonly name: ReactNode;
  /** For screen readers, where `name` is no text. */
  readonly label: string;
  /** 0 to 100; null where nobody knows. */
  readonly percent: number | null;
  /** Short facts: `12 MB/s`, `5 min left`. */
  readonly facts?: readonly string[];
  readonly message?: string | null;
  readonly actions?: ReactNode;
}) {
  const { name, label, percent, facts = [], message, actions } = props;
  const styles = useStyles();
  const formats = useFormats();
  const id = useId();
  const shown = percent === null ? facts : [formats.percent(Math.round(percent)), ...facts];
  return (
    <div className={styles.root}>
      <div className={styles.line}>
        <Text className={styles.name} id={id}>
          {name}
        </Text>
        <span className={styles.facts}>{shown.join(' · ')}</span>
        {actions}
      </div>
      <ProgressBar
        aria-label={label}
        max={100}
        thickness="large"
        {...(percent === null ? {} : { value: percent, 'aria-valuetext': shown.join(', ') })}
      />
      {message && <span className={styles.message}>{message}</span>}
    </div>
  );
}
