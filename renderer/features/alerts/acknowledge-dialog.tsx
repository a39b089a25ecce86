import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertView } from '../../../contracts/alerts.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { alertCalls } from './queries.ts';
import { alertTexts } from './texts.ts';

const useStyles = makeStyles({ content: { display: 'grid', gap: tokens.spacingVerticalM } });

/** Somebody has seen it, and may say what they do about it. */
export function AcknowledgeDialog({ alert, onClose }: { readonly alert: AlertView; readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const words = useTexts(uiTexts);
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const acknowledge = useMutation({
    mutationFn: () => alertCalls.acknowledge(alert.alert_id, note),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.alerts });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            acknowledge.mutate();
          }}
        >
          <DialogBody>
            <DialogTitle>{texts.acknowledgeTitle}</DialogTitle>
            <DialogContent className={styles.content}>
              <Text>{alert.message}</Text>
              <TextField
                {...{ label: texts.note, hint: texts.acknowledgeHint, name: 'note', problems: {}, autoFocus: true }}
                placeholder={texts.notePlaceholder}
                value={note}
                onChange={setNote}
              />
              {acknowledge.error && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>{acknowledge.error.message}</MessageBarBody>
                </MessageBar>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={acknowledge.isPending}>
                {texts.acknowledge}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
