import { Dropdown, Field, Option } from '@fluentui/react-components';

/** Exactly one of a few. */
export function OneOf<Id extends string>(props: {
  readonly label: string;
  readonly value: Id;
  readonly options: readonly Id[];
  readonly names: Readonly<Record<Id, string>>;
  readonly onChange: (id: Id) => void;
}) {
  const { label, value, options, names, onChange } = props;
  return (
    <Field label={label}>
      <Dropdown
        value={names[value]}
        selectedOptions={[value]}
        onOptionSelect={(_event, { optionValue }) => {
          const id = options.find((known) => known === optionValue);
          if (id !== undefined) onChange(id);
        }}
      >
        {options.map((id) => (
          <Option key={id} value={id}>
            {names[id]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
