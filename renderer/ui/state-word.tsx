import { makeStyles } from '@fluentui/react-components';
import { StateIcon } from './state-badge.tsx';
import type { ShownState } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'inline-flex', alignItems: 'center', gap: '6px', verticalAlign: 'middle', minWidth: 0 },
  icon: { display: 'inline-flex' },
});

/** The icon of a state with a word of its own, where the usual one says too little. */
export function StateWord(props: { readonly state: ShownState; readonly word: string; readonly title?: string }) {
  const styles = useStyles();
  return (
    <span className={styles.root} title={props.title ?? props.word}>
      <span className={styles.icon} aria-hidden>
        <StateIcon state={props.state} />
      </span>
      {props.word}
    </span>
  );
}
