import { Checkbox, Field, Input, makeStyles, Radio, RadioGroup, Select, tokens } from '@fluentui/react-components';
import { OVERWRITE_RULES } from '../../../../contracts/restores.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { RestoreDraft, Where } from './restore-body.ts';
import { dialogTexts } from './texts.ts';

const WHERES: readonly Where[] = ['new', 'folder', 'original'];

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM },
  hint: { display: 'block', color: tokens.colorNeutralForeground2, fontSize: '12px', lineHeight: '16px' },
  checks: { display: 'grid' },
});

interface ChoiceFieldsProps {
  readonly draft: RestoreDraft;
  readonly onChange: (draft: RestoreDraft) => void;
  /** What was not said although it is needed. */
  readonly missing: 'path' | 'overwrite' | null;
}

/** Where to, what happens to what is there, and how carefully. */
export function ChoiceFields(props: ChoiceFieldsProps) {
  const { draft, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(dialogTexts);
  const change = (some: Partial<RestoreDraft>) => onChange({ ...draft, ...some });
  return (
    <div className={styles.root}>
      <Field label={texts.where}>
        <RadioGroup value={draft.where} onChange={(_event, { value }) => change({ where: whereOf(value) })}>
          {WHERES.map((where) => (
            <Radio
              key={where}
              value={where}
              label={
                <>
                  {texts.wheres[where]}
                  <span className={styles.hint}>{texts.whereHints[where]}</span>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      {draft.where !== 'new' && <PlaceFields {...props} />}
      <div className={styles.checks}>
        <Checkbox
          label={texts.verifyBefore}
          checked={draft.verifyBefore}
          onChange={(_event, { checked }) => change({ verifyBefore: checked === true })}
        />
        <Checkbox
          label={texts.verify}
          checked={draft.verify}
          onChange={(_event, { checked }) => change({ verify: checked === true })}
        />
      </div>
    </div>
  );
}

function PlaceFields({ draft, onChange, missing }: ChoiceFieldsProps) {
  const texts = useTexts(dialogTexts);
  const isElsewhere = draft.where === 'folder';
  return (
    <>
      {isElsewhere && (
        <Field
          label={texts.path}
          hint={texts.pathHint}
          required
          {...(missing === 'path' && { validationMessage: texts.needsPath })}
        >
          <Input
            value={draft.path}
            autoComplete="off"
            spellCheck={false}
            onChange={(_event, { value }) => onChange({ ...draft, path: value })}
          />
        </Field>
      )}
      <Field
        label={texts.overwrite}
        required={!isElsewhere}
        {...(isElsewhere && { hint: texts.overwriteElsewhere })}
        {...(missing === 'overwrite' && { validationMessage: texts.needsOverwrite })}
      >
        <Select
          value={draft.overwrite ?? ''}
          onChange={(_event, { value }) =>
            onChange({ ...draft, overwrite: OVERWRITE_RULES.find((rule) => rule === value) ?? null })
          }
        >
          <option value="">{isElsewhere ? texts.emptyOnly : texts.choose}</option>
          {OVERWRITE_RULES.map((rule) => (
            <option key={rule} value={rule}>
              {texts.overwrites[rule]}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}

function whereOf(value: string): Where {
  return WHERES.find((where) => where === value) ?? 'new';
}
