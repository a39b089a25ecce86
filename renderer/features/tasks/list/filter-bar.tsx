import { Dropdown, makeStyles, Option, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useTexts } from '../../../i18n/use-texts.ts';
import { taskTexts } from '../texts.ts';
import { GROUPINGS, STATE_FILTERS, type TaskFilter } from './task-filter.ts';

const ALL = 'all';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingVerticalM,
  },
  search: { flexGrow: 1, minWidth: '200px', maxWidth: '360px' },
  choice: { minWidth: '150px' },
  count: { marginLeft: 'auto', color: tokens.colorNeutralForeground2, fontSize: '13px' },
});

export function FilterBar(props: {
  readonly filter: TaskFilter;
  readonly types: readonly string[];
  readonly shown: number;
  readonly total: number;
  readonly onChange: (change: Partial<TaskFilter>) => void;
}) {
  const { filter, types, shown, total, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(taskTexts);
  return (
    <div className={styles.root} role="search">
      <SearchBox
        className={styles.search}
        placeholder={texts.search}
        aria-label={texts.search}
        value={filter.text}
        onChange={(_event, { value }) => onChange({ text: value })}
      />
      <Choice
        label={texts.state}
        value={filter.state ?? ALL}
        options={{
          [ALL]: `${texts.state}: ${texts.all}`,
          ...Object.fromEntries(STATE_FILTERS.map((id) => [id, texts.filters[id]])),
        }}
        onChange={(id) => onChange({ state: STATE_FILTERS.find((known) => known === id) ?? null })}
      />
      <Choice
        label={texts.type}
        value={filter.type ?? ALL}
        options={{
          [ALL]: `${texts.type}: ${texts.all}`,
          ...Object.fromEntries(types.map((id) => [id, texts.types[id as keyof typeof texts.types]])),
        }}
        onChange={(id) => onChange({ type: id === ALL ? null : id })}
      />
      <Choice
        label={texts.groupBy}
        value={filter.grouping}
        options={Object.fromEntries(GROUPINGS.map((id) => [id, texts.groups[id]]))}
        onChange={(id) => onChange({ grouping: GROUPINGS.find((known) => known === id) ?? 'none' })}
      />
      <Text className={styles.count} role="status">
        {texts.shown(shown, total)}
      </Text>
    </div>
  );
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: Readonly<Record<string, string>>;
  readonly onChange: (id: string) => void;
}) {
  const styles = useStyles();
  return (
    <Dropdown
      className={styles.choice}
      aria-label={props.label}
      value={props.options[props.value] ?? ''}
      selectedOptions={[props.value]}
      onOptionSelect={(_event, { optionValue }) => optionValue !== undefined && props.onChange(optionValue)}
    >
      {Object.entries(props.options).map(([id, text]) => (
        <Option key={id} value={id}>
          {text}
        </Option>
      ))}
    </Dropdown>
  );
}
