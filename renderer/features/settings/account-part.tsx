import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MIN_PASSWORD_LENGTH } from '../../../contracts/access.ts';
import { keys } from '../../api/query-keys.ts';
import { useSession } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { Panel } from '../../ui/panel.tsx';
import { loginTexts } from '../login/texts.ts';
import { settingsCalls } from './queries.ts';
import { settingsTexts } from './texts.ts';

const useStyles = makeStyles({
  form: { display: 'grid', gap: tokens.spacingVerticalM, maxWidth: '360px', justifyItems: 'stretch' },
});

/** One's own password. Every login ends with the old one, this one too. */
export function AccountPart() {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  const words = useTexts(loginTexts);
  const { me } = useSession();
  const client = useQueryClient();
  const notices = useNotices();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const change = useMutation({
    mutationFn: () => settingsCalls.changePassword(current, next),
    onSuccess: () => {
      notices.done(texts.changed);
      client.setQueryData(keys.me, null);
    },
  });
  const differ = repeated !== '' && repeated !== next;
  const isReady = current !== '' && [...next].length >= MIN_PASSWORD_LENGTH && next === repeated;
  return (
    <Panel title={me.name}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) change.mutate();
        }}
      >
        <input type="text" name="username" autoComplete="username" value={me.name} readOnly hidden />
        <Field label={texts.currentPassword}>
          <Input
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(_event, { value }) => setCurrent(value)}
          />
        </Field>
        <Field label={texts.newPassword} hint={words.passwordHint(MIN_PASSWORD_LENGTH)}>
          <Input
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(_event, { value }) => setNext(value)}
          />
        </Field>
        <Field label={words.repeat} {...(differ && { validationMessage: words.notTheSame })}>
          <Input
            type="password"
            autoComplete="new-password"
            value={repeated}
            onChange={(_event, { value }) => setRepeated(value)}
          />
        </Field>
        {change.error && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{change.error.message}</MessageBarBody>
          </MessageBar>
        )}
        <div>
          <Button appearance="primary" type="submit" disabled={!isReady || change.isPending}>
            {texts.change}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
