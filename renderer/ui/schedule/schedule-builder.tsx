import { Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { useTexts } from '../../i18n/use-texts.ts';
import { NextTimes } from './next-times.tsx';
import {
  FIRST_PARTS,
  INTERVAL_UNITS,
  partsOf,
  SCHEDULE_KINDS,
  textOf,
  WEEKDAYS,
  type ScheduleParts,
} from './schedule-parts.ts';
import { scheduleTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  short: { width: '110px', minWidth: '110px' },
  medium: { minWidth: '170px' },
});

/** A schedule by a few choices, with the times that come of it. `value` is the API's text. */
export function ScheduleBuilder(props: {
  readonly value: string;
  readonly timeZone: string;
  readonly isExpectation: boolean;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { value, timeZone, isExpectation, problem, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(scheduleTexts);
  const parts = partsOf(value);
  const nameOf = (kind: ScheduleParts['kind']) =>
    isExpectation && kind === 'manual' ? texts.notExpected : texts.scheduleKinds[kind];
  return (
    <div className={styles.root}>
      <div className={styles.row}>
        <Field label={texts.schedule} {...(problem !== undefined && { validationMessage: problem })}>
          <Dropdown
            className={styles.medium}
            value={nameOf(parts.kind)}
            selectedOptions={[parts.kind]}
            onOptionSelect={(_event, { optionValue }) => {
              const kind = SCHEDULE_KINDS.find((known) => known === optionValue);
              if (kind) onChange(textOf(FIRST_PARTS[kind]));
            }}
          >
            {SCHEDULE_KINDS.map((kind) => (
              <Option key={kind} value={kind}>
                {nameOf(kind)}
              </Option>
            ))}
          </Dropdown>
        </Field>
        <Details parts={parts} onChange={(next) => onChange(textOf(next))} />
      </div>
      {parts.kind !== 'manual' && <NextTimes schedule={value} timeZone={timeZone} />}
    </div>
  );
}

function Details({
  parts,
  onChange,
}: {
  readonly parts: ScheduleParts;
  readonly onChange: (parts: ScheduleParts) => void;
}) {
  const styles = useStyles();
  const texts = useTexts(scheduleTexts);
  switch (parts.kind) {
    case 'manual':
      return null;
    case 'interval':
      return (
        <>
          <Field label={texts.every} className={styles.short}>
            <Input
              type="number"
              min={1}
              value={parts.every}
              onChange={(_event, { value: every }) => onChange({ ...parts, every })}
            />
          </Field>
          <Choice
            label={texts.unit}
            value={parts.unit}
            options={INTERVAL_UNITS}
            names={texts.units}
            onChange={(unit) => onChange({ ...parts, unit })}
          />
        </>
      );
    case 'daily':
      return <Time value={parts.time} onChange={(time) => onChange({ ...parts, time })} />;
    case 'weekly':
      return (
        <>
          <Choice
            label={texts.weekday}
            value={parts.weekday}
            options={WEEKDAYS}
            names={texts.weekdays}
            onChange={(weekday) => onChange({ ...parts, weekday })}
          />
          <Time value={parts.time} onChange={(time) => onChange({ ...parts, time })} />
        </>
      );
    case 'monthly':
      return (
        <>
          <Choice
            label={texts.dayOfMonth}
            value={parts.day}
            options={DAYS}
            names={{ last: texts.lastDay }}
            onChange={(day) => onChange({ ...parts, day })}
          />
          <Time value={parts.time} onChange={(time) => onChange({ ...parts, time })} />
        </>
      );
    case 'cron':
      return (
        <Field label={texts.cron}>
          <Input
            value={parts.text}
            spellCheck={false}
            onChange={(_event, { value: text }) => onChange({ ...parts, text })}
          />
        </Field>
      );
  }
}

const DAYS: readonly string[] = [...Array.from({ length: 31 }, (_day, index) => String(index + 1)), 'last'];

function Time({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const styles = useStyles();
  const texts = useTexts(scheduleTexts);
  return (
    <Field label={texts.time} className={styles.short}>
      <Input type="time" value={value} onChange={(_event, { value: time }) => onChange(time)} />
    </Field>
  );
}

function Choice<Id extends string>(props: {
  readonly label: string;
  readonly value: Id;
  readonly options: readonly Id[];
  readonly names: Readonly<Partial<Record<Id, string>>>;
  readonly onChange: (id: Id) => void;
}) {
  const { label, value, options, names, onChange } = props;
  const styles = useStyles();
  return (
    <Field label={label}>
      <Dropdown
        className={styles.short}
        value={names[value] ?? value}
        selectedOptions={[value]}
        onOptionSelect={(_event, { optionValue }) => {
          const id = options.find((known) => known === optionValue);
          if (id !== undefined) onChange(id);
        }}
      >
        {options.map((id) => (
          <Option key={id} value={id}>
            {names[id] ?? id}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
