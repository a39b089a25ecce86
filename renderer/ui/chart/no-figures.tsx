import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({ root: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: '13px' } });

/** In place of a chart that has nothing to show yet. */
export function NoFigures({ children }: { readonly children: ReactNode }) {
  return <p className={useStyles().root}>{children}</p>;
}
