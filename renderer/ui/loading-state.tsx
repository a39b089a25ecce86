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
  return (
    <div className={styles.root}>
      <Spinner size="small" delay={300} label={label ?? texts.loading} labelPosition="below" />
    </div>
  );
}
