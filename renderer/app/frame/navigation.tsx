import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link, useLocation } from 'wouter';
import { useTexts } from '../../i18n/use-texts.ts';
import { PAGES, type Page } from '../page-list.tsx';
import { useSession } from '../session/session-context.ts';
import { AccountMenu } from './account-menu.tsx';
import { frameTexts } from './texts.ts';

const NARROW = '@media (max-width: 900px)';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS}`,
    minHeight: 0,
    overflowY: 'auto',
    [NARROW]: { flexDirection: 'row', alignItems: 'center', overflowX: 'auto', padding: tokens.spacingVerticalS },
  },
  brand: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalM} ${tokens.spacingVerticalL}`,
    fontSize: '16px',
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground1,
    [NARROW]: { padding: `0 ${tokens.spacingHorizontalS}` },
  },
  link: {
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '36px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    fontSize: '14px',
    whiteSpace: 'nowrap',
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    '& > svg': { fontSize: '20px', flexShrink: 0 },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground2Selected,
    fontWeight: tokens.fontWeightSemibold,
    // Windows marks the current place with a short bar at its left.
    '::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: '10px',
      bottom: '10px',
      width: '3px',
      borderRadius: '2px',
      backgroundColor: tokens.colorBrandForeground1,
    },
    '& > svg': { color: tokens.colorBrandForeground1 },
  },
  space: { flexGrow: 1 },
});

export function Navigation() {
  const styles = useStyles();
  const texts = useTexts(frameTexts);
  const { me } = useSession();
  const pages = PAGES.filter(({ nav, roles }) => nav && (!roles || roles.includes(me.role)));
  return (
    <nav className={styles.root} aria-label={texts.navigation}>
      <div className={styles.brand}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        GuardIT
      </div>
      {pages
        .filter(({ nav }) => !nav?.isLast)
        .map((page) => (
          <NavLink key={page.path} page={page} />
        ))}
      <div className={styles.space} />
      {pages
        .filter(({ nav }) => nav?.isLast)
        .map((page) => (
          <NavLink key={page.path} page={page} />
        ))}
      <AccountMenu />
    </nav>
  );
}

function NavLink({ page: { path, nav } }: { readonly page: Page }) {
  const styles = useStyles();
  const texts = useTexts(frameTexts);
  const [current] = useLocation();
  if (!nav) return null;
  const isHere = path === '/' ? current === '/' : current === path || current.startsWith(`${path}/`);
  const Icon = isHere ? nav.SelectedIcon : nav.Icon;
  return (
    <Link
      href={path}
      className={mergeClasses(styles.link, isHere && styles.current)}
      {...(isHere && { 'aria-current': 'page' as const })}
    >
      <Icon />
      {texts.pages[nav.name]}
    </Link>
  );
}
