import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useTexts } from '../i18n/use-texts.ts';
import { CommandLine } from './command-line.tsx';
import { uiTexts } from './texts.ts';

const useStyles = makeStyles({ content: { display: 'grid', gap: tokens.spacingVerticalM } });

/** A key that can't be shown again. It closes by its button only: a click beside it would lose it. */
export function OneTimeSecret(props: {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{props.title}</DialogTitle>
          <DialogContent className={styles.content}>
            <span>{props.hint}</span>
            <CommandLine text={props.secret} />
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={props.onClose}>
              {texts.close}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
