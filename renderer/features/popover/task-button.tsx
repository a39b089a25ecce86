import { Link, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { openInMainWindow } from './main-window.ts';

const useStyles = makeStyles({
  link: { color: tokens.colorNeutralForeground1, fontSize: '14px', textAlign: 'left', overflowWrap: 'anywhere' },
  more: { fontSize: '13px' },
});

/** The name of something, which shows it in the main window. */
export function TaskButton({ route, children }: { readonly route: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <Link as="button" className={styles.link} onClick={() => openInMainWindow(route)}>
      {children}
    </Link>
  );
}

export function MoreButton({ route, children }: { readonly route: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <Link as="button" className={styles.more} onClick={() => openInMainWindow(route)}>
      {children}
    </Link>
  );
}
