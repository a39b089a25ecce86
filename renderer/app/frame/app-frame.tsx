import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useTexts } from '../../i18n/use-texts.ts';
import { Notices } from '../../ui/notices.tsx';
import { PAGES } from '../page-list.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Navigation } from './navigation.tsx';
import { frameTexts } from './texts.ts';

const NARROW = '@media (max-width: 900px)';

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: '232px minmax(0, 1fr)',
    height: '100%',
    [NARROW]: { gridTemplateColumns: 'minmax(0, 1fr)', gridTemplateRows: 'auto minmax(0, 1fr)' },
  },
  skip: {
    position: 'absolute',
    left: '-10000px',
    ':focus': {
      left: tokens.spacingHorizontalM,
      top: tokens.spacingVerticalM,
      zIndex: 10,
      padding: tokens.spacingVerticalS,
      backgroundColor: tokens.colorNeutralBackground1,
      color: tokens.colorNeutralForeground1,
    },
  },
  column: { display: 'flex', flexDirection: 'column', minHeight: 0, minWidth: 0 },
  main: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    padding: `${tokens.spacingVerticalXXL} ${tokens.spacingHorizontalXXXL}`,
    boxSizing: 'border-box',
    ':focus-visible': { outline: 'none' },
    [NARROW]: { padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL}` },
  },
  bare: { display: 'flex', flexDirection: 'column', height: '100%' },
  bareMain: { flexGrow: 1, minHeight: 0 },
  // Long lines are no pleasure, and neither is a table across a whole wall.
  page: { maxWidth: '1440px', margin: '0 auto', minHeight: '100%', boxSizing: 'border-box' },
});

/** What is around each page: where one can go, who one is, and whether what is shown can be trusted. */
export function AppFrame({ children }: { readonly children: ReactNode }) {
  const styles = useStyles();
  const texts = useTexts(frameTexts);
  const [path] = useLocation();
  if (PAGES.find((page) => page.path === path)?.isBare) return <BareFrame>{children}</BareFrame>;
  return (
    <div className={styles.root}>
      <a href="#page" className={styles.skip}>
        {texts.skip}
      </a>
      <Navigation />
      <Notices />
      <div className={styles.column}>
        <ConnectionBanner />
        <main id="page" tabIndex={-1} className={styles.main}>
          <div className={styles.page}>{children}</div>
        </main>
      </div>
    </div>
  );
}

/** Around a page that is a window of its own. */
function BareFrame({ children }: { readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.bare}>
      <Notices />
      <ConnectionBanner />
      <main id="page" tabIndex={-1} className={styles.bareMain}>
        {children}
      </main>
    </div>
  );
}
