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
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { OneTimeSecret } from '../../ui/one-time-secret.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { enrol } from './queries.ts';
import { agentTexts } from './texts.ts';

const useStyles = makeStyles({ fields: { display: 'grid', gap: tokens.spacingVerticalM } });

/** Two steps: what the machine is called, then its key, which is shown this once. */
export function EnrolDialog({ onClose }: { readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(agentTexts);
  const words = useTexts(uiTexts);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [hostname, setHostname] = useState('');
  const add = useMutation({
    mutationFn: () => enrol({ name, ...(hostname !== '' && { hostname }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.agents }),
  });
  if (add.data)
    return <OneTimeSecret title={texts.keyTitle} hint={texts.keyHint} secret={add.data.api_key} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <DialogBody>
            <DialogTitle>{texts.enrol}</DialogTitle>
            <DialogContent className={styles.fields}>
              <Field label={texts.name} required>
                <Input autoFocus value={name} onChange={(_event, { value }) => setName(value)} />
              </Field>
              <Field label={texts.hostname}>
                <Input value={hostname} onChange={(_event, { value }) => setHostname(value)} />
              </Field>
              {add.error && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>{add.error.message}</MessageBarBody>
                </MessageBar>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={name === '' || add.isPending}>
                {texts.enrol}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
