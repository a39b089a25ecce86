import {
  Button,
  Dropdown,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Option,
  tokens,
} from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { UserRole } from '../../../contracts/access.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { frameTexts } from '../../app/frame/texts.ts';
import { settingsTexts } from './texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'end',
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
  },
  problem: { margin: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}` },
  role: { minWidth: '140px' },
});

/** One line of fields that adds something to the list below it. */
export function AddForm(props: {
  readonly label: string;
  readonly isReady: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onAdd: () => void;
  readonly children: ReactNode;
}) {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  return (
    <>
      <form
        className={styles.root}
        aria-label={props.label}
        onSubmit={(event) => {
          event.preventDefault();
          if (props.isReady) props.onAdd();
        }}
      >
        {props.children}
        <Button type="submit" icon={<AddRegular />} disabled={!props.isReady || props.isBusy}>
          {texts.add}
        </Button>
      </form>
      {props.error && (
        <MessageBar intent="error" layout="multiline" className={styles.problem}>
          <MessageBarBody>{props.error.message}</MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

export function TextInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isSecret?: boolean;
}) {
  return (
    <Field label={props.label}>
      <Input
        autoComplete={props.isSecret ? 'new-password' : 'off'}
        type={props.isSecret ? 'password' : 'text'}
        spellCheck={false}
        value={props.value}
        onChange={(_event, { value }) => props.onChange(value)}
      />
    </Field>
  );
}

export function RoleInput(props: { readonly value: UserRole; readonly onChange: (role: UserRole) => void }) {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  const { roles } = useTexts(frameTexts);
  return (
    <Field label={texts.role}>
      <Dropdown
        className={styles.role}
        value={roles[props.value]}
        selectedOptions={[props.value]}
        onOptionSelect={(_event, { optionValue }) => {
          const role = UserRole.options.find((known) => known === optionValue);
          if (role !== undefined) props.onChange(role);
        }}
      >
        {UserRole.options.map((role) => (
          <Option key={role} value={role}>
            {roles[role]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
