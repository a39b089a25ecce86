import { Dropdown, Field, makeStyles, Option } from '@fluentui/react-components';

const NONE = '\0none';
const useStyles = makeStyles({ dropdown: { minWidth: '180px' } });

/** One of a few, or none of them. */
export function Choice<Id extends string>(props: {
  readonly label: string;
  /** What stands for `null`. */
  readonly none: string;
  readonly value: Id | null;
  readonly options: readonly Id[];
  readonly nameOf: (id: Id) => string;
  readonly onChange: (id: Id | null) => void;
}) {
  const { label, none, value, options, nameOf, onChange } = props;
  const styles = useStyles();
  return (
    <Field label={label}>
      <Dropdown
        className={styles.dropdown}
        value={value === null ? none : nameOf(value)}
        selectedOptions={[value ?? NONE]}
        onOptionSelect={(_event, { optionValue }) => onChange(options.find((known) => known === optionValue) ?? null)}
      >
        <Option value={NONE}>{none}</Option>
        {options.map((id) => (
          <Option key={id} value={id}>
            {nameOf(id)}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
