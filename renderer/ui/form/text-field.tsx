import { Field, Input, Textarea } from '@fluentui/react-components';
import { problemOf, type Problems } from './problems.ts';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The field's name in the API, by which problems are found. */
  readonly name: string;
  readonly problems: Problems;
  readonly hint?: string;
  readonly isRequired?: boolean;
  readonly isNumber?: boolean;
  readonly isCode?: boolean;
  readonly lines?: number;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  /** Typed, never shown. */
  readonly isSecret?: boolean;
}

/** A field of text or numbers with its hint, and what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const { label, value, onChange, name, problems, hint, isRequired = false, lines = 1 } = props;
  const problem = problemOf(problems, name);
  const common = {
    value,
    name,
    disabled: props.disabled ?? false,
    ...(props.placeholder !== undefined && { placeholder: props.placeholder }),
    ...(props.autoFocus && { autoFocus: true }),
    ...(props.isCode && { spellCheck: false, style: CODE }),
  };
  return (
    <Field
      label={label}
      required={isRequired}
      {...(hint !== undefined && { hint })}
      {...(problem !== undefined && { validationMessage: problem })}
    >
      {lines > 1 ? (
        <Textarea {...common} rows={lines} resize="vertical" onChange={(_event, { value: text }) => onChange(text)} />
      ) : (
        <Input
          {...common}
          type={props.isNumber ? 'number' : props.isSecret ? 'password' : 'text'}
          autoComplete={props.isSecret ? 'new-password' : 'off'}
          onChange={(_event, { value: text }) => onChange(text)}
        />
      )}
    </Field>
  );
}

const CODE = { fontFamily: 'Consolas, "Cascadia Mono", ui-monospace, monospace' };
