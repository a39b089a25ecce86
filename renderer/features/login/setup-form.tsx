import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { MIN_PASSWORD_LENGTH } from '../../../contracts/access.ts';
import { setUp } from '../../api/session.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { CommandLine } from '../../ui/command-line.tsx';
import { loginTexts } from './texts.ts';
import { useBeginSession } from './use-begin-session.ts';

const useStyles = makeStyles({ root: { display: 'grid', gap: tokens.spacingVerticalL } });

/** The first user of all. The code proves that whoever asks can see the machine. */
export function SetupForm() {
  const styles = useStyles();
  const texts = useTexts(loginTexts);
  const [code, setCode] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const { begin, isBusy, problem } = useBeginSession(setUp);
  const differ = repeated !== '' && repeated !== password;
  const isReady =
    code !== '' && username !== '' && [...password].length >= MIN_PASSWORD_LENGTH && repeated === password;
  return (
    <form
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) begin({ code, username, password });
      }}
    >
      <Field label={texts.code} hint={texts.codeHint} required>
        <Input
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder="ABCD-EFGH-JKLM"
          value={code}
          onChange={(_event, { value }) => setCode(value)}
        />
      </Field>
      <Field label={texts.name} required>
        <Input
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={username}
          onChange={(_event, { value }) => setUsername(value)}
        />
      </Field>
      <Field label={texts.password} hint={texts.passwordHint(MIN_PASSWORD_LENGTH)} required>
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(_event, { value }) => setPassword(value)}
        />
      </Field>
      <Field label={texts.repeat} required {...(differ && { validationMessage: texts.notTheSame })}>
        <Input
          type="password"
          autoComplete="new-password"
          value={repeated}
          onChange={(_event, { value }) => setRepeated(value)}
        />
      </Field>
      {problem !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      <Button appearance="primary" size="large" type="submit" disabled={isBusy || !isReady}>
        {texts.create}
      </Button>
      <Text size={200}>{texts.otherWay}</Text>
      <CommandLine text="guardit users add NAME --role admin" />
    </form>
  );
}
