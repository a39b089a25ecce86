import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

const useStyles = makeStyles({
  root: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusSmall,
    ':hover': { textDecorationLine: 'underline', color: tokens.colorBrandForegroundLinkHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
});

/** A link to another page of ours: it opens in a new tab as links do. */
export function PageLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <Link href={to} className={styles.root}>
      {children}
    </Link>
  );
}
