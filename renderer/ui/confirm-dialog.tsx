import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts.ts';
import { uiTexts } from './texts.ts';

const useStyles = makeStyles({
  content: { display: 'grid', gap: tokens.spacingVerticalM },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});

export interface Confirmation {
  readonly title: string;
  /** What happens, and above all what will be lost. */
  readonly content: ReactNode;
  /** The act: `Delete 3 tasks`, never `OK`. */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Must be typed: for what can't be undone and is large. */
  readonly word?: string;
  readonly act: () => Promise<unknown>;
}

/** Asks before something that can't be taken back. Render it while there is something to ask; it focuses `Cancel`. */
export function ConfirmDialog({
  confirmation,
  onClose,
}: {
  readonly confirmation: Confirmation;
  readonly onClose: () => void;
}) {
  const { title, content, action, isDangerous = true, word, act } = confirmation;
  const styles = useStyles();
  const texts = useTexts(uiTexts);
  const [typed, setTyped] = useState('');
  const [isActing, setActing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const confirm = async () => {
    setActing(true);
    setProblem(null);
    try {
      await act();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setActing(false);
    }
  };
  return (
    <Dialog open modalType="alert" onOpenChange={(_event, { open }) => !open && !isActing && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            <div>{content}</div>
            {word !== undefined && (
              <Field label={texts.typeToConfirm(word)}>
                <Input value={typed} onChange={(_event, { value }) => setTyped(value)} autoComplete="off" />
              </Field>
            )}
            {problem !== null && (
              <MessageBar intent="error" layout="multiline">
                <MessageBarBody>{problem}</MessageBarBody>
              </MessageBar>
            )}
          </DialogContent>
          <DialogActions>
            <Button autoFocus onClick={onClose} disabled={isActing}>
              {texts.cancel}
            </Button>
            <Button
              appearance="primary"
              {...(isDangerous && { className: styles.danger })}
              disabled={isActing || (word !== undefined && typed !== word)}
              onClick={() => void confirm()}
            >
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
