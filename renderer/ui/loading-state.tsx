import { makeStyles, Spinner } from '@fluentui/react-components';
import { useTexts } from '../i18n/use-texts.ts';
import { uiTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', placeItems: 'center', minHeight: '160px', height: '100%' },
});

/** While a page or a part of it is read for the first time. It says so only after a moment: quick answers do not flicker. */
export function LoadingState({ label }: { readonly label?: string }) {
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  const said = label ?? texts.loading;
  return (
    <div className={styles.root}>
      {/* The visible label comes after the delay; until then nothing else names it. */}
      <Spinner size="small" delay={300} label={said} labelPosition="below" aria-label={said} />
    </div>
  );
}
