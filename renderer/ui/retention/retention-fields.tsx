import { Field, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { useTexts } from '../../i18n/use-texts.ts';
import { problemOf, type Problems } from '../form/problems.ts';
import { TextField } from '../form/text-field.tsx';
import { RETENTION_KINDS, RULES, type RetentionDraft } from './retention-draft.ts';
import { retentionTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  kind: { display: 'grid' },
  hint: { color: tokens.colorNeutralForeground2, fontSize: '12px' },
  rules: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(170px, 1fr))',
    gap: tokens.spacingVerticalM,
    // In line with the words of the choice above.
    paddingLeft: tokens.spacingHorizontalXXXL,
  },
});

/** How long backups are kept. */
export function RetentionFields(props: {
  readonly draft: RetentionDraft;
  readonly problems: Problems;
  readonly onChange: (draft: RetentionDraft) => void;
}) {
  const { draft, problems, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(retentionTexts);
  const whole = problems['retention'];
  return (
    <div className={styles.root}>
      <Field label={texts.label} hint={texts.always} {...(whole !== undefined && { validationMessage: whole })}>
        <RadioGroup
          value={draft.kind}
          onChange={(_event, { value }) => {
            const kind = RETENTION_KINDS.find((known) => known === value);
            if (kind) onChange({ ...draft, kind });
          }}
        >
          {RETENTION_KINDS.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={
                <span className={styles.kind}>
                  {texts.kinds[kind]}
                  <Text className={styles.hint}>{texts.kindHints[kind]}</Text>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      {draft.kind === 'own' && (
        <div className={styles.rules}>
          {RULES.map((rule) => {
            const problem = problemOf(problems, `retention.${rule}`);
            return (
              <TextField
                key={rule}
                label={texts.rules[rule]}
                name={rule}
                isNumber
                value={draft.rules[rule]}
                problems={problem === undefined ? {} : { [rule]: problem }}
                onChange={(value) => onChange({ ...draft, rules: { ...draft.rules, [rule]: value } })}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}
