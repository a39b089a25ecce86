import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { logIn } from '../../api/session.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { loginTexts } from './texts.ts';
import { useBeginSession } from './use-begin-session.ts';

const useStyles = makeStyles({ root: { display: 'grid', gap: tokens.spacingVerticalL } });

export function LoginForm() {
  const styles = useStyles();
  const texts = useTexts(loginTexts);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { begin, isBusy, problem } = useBeginSession(logIn);
  return (
    <form
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        begin({ username, password });
      }}
    >
      <Field label={texts.name} required>
        <Input
          autoFocus
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={username}
          onChange={(_event, { value }) => setUsername(value)}
        />
      </Field>
      <Field label={texts.password} required>
        <Input
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(_event, { value }) => setPassword(value)}
        />
      </Field>
      {problem !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      <Button appearance="primary" size="large" type="submit" disabled={isBusy || username === '' || password === ''}>
        {texts.logIn}
      </Button>
    </form>
  );
}
