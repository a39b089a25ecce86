import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, type ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    paddingBottom: tokens.spacingVerticalL,
  },
  words: { flexGrow: 1, minWidth: '240px' },
  title: {
    margin: 0,
    fontSize: '24px',
    lineHeight: '32px',
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
  },
  subtitle: { color: tokens.colorNeutralForeground2, display: 'block', marginTop: '2px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
});

/** The head of each page: what it is, in a sentence how it is, and what can be done. Also names the window. */
export function PageHeader(props: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  /** Before the title: a state. */
  readonly badge?: ReactNode;
  /** Buttons; the main one last. */
  readonly children?: ReactNode;
}) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${props.title} · GuardIT`;
  }, [props.title]);
  return (
    <header className={styles.root}>
      <div className={styles.words}>
        <div style={{ display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' }}>
          <h1 className={styles.title}>{props.title}</h1>
          {props.badge}
        </div>
        {props.subtitle !== undefined && (
          <Text className={styles.subtitle} block>
            {props.subtitle}
          </Text>
        )}
      </div>
      {props.children !== undefined && <div className={styles.actions}>{props.children}</div>}
    </header>
  );
}
