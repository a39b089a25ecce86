import { Checkbox, Field, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { TARGET_KINDS } from '../../../contracts/targets.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import type { Problems } from '../../ui/form/problems.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import type { SourceDraft } from './source-draft.ts';
import { protectTexts } from './texts.ts';

const useStyles = makeStyles({
  fields: { display: 'grid', gap: tokens.spacingVerticalM },
  kind: { display: 'grid' },
  hint: { color: tokens.colorNeutralForeground2, fontSize: '12px' },
  checks: { display: 'grid' },
});

interface Props {
  readonly draft: SourceDraft;
  readonly problems: Problems;
  readonly onChange: (some: Partial<SourceDraft>) => void;
}

/** What is protected: paths and what is left out of them. The kind of a target that is there stays. */
export function SourceFields(props: Props & { readonly isNew: boolean }) {
  const { draft, problems, isNew, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  return (
    <div className={styles.fields}>
      {isNew && <KindField draft={draft} onChange={onChange} />}
      <TextField
        {...{ label: texts.name, hint: texts.nameHint, name: 'name', problems, isRequired: true }}
        value={draft.name}
        onChange={(name) => onChange({ name })}
      />
      {draft.kind === 'files' ? <PathsField {...props} /> : <FolderFields {...props} />}
      <TextField
        {...{ label: texts.excludes, hint: texts.excludesHint, name: 'config.excludes', problems, isCode: true }}
        lines={3}
        value={draft.excludes}
        onChange={(excludes) => onChange({ excludes })}
      />
      <TextField
        {...{ label: texts.larger, hint: texts.largerHint, name: 'config.exclude_larger_than', problems, isCode: true }}
        value={draft.excludeLargerThan}
        onChange={(excludeLargerThan) => onChange({ excludeLargerThan })}
      />
      <div className={styles.checks}>
        <Checkbox
          label={texts.caches}
          checked={draft.excludeCaches}
          onChange={(_event, { checked }) => onChange({ excludeCaches: checked === true })}
        />
        <Checkbox
          label={texts.oneFileSystem}
          checked={draft.oneFileSystem}
          onChange={(_event, { checked }) => onChange({ oneFileSystem: checked === true })}
        />
      </div>
    </div>
  );
}

function KindField({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  return (
    <Field label={texts.kind}>
      <RadioGroup
        value={draft.kind}
        onChange={(_event, { value }) => {
          const kind = TARGET_KINDS.find((known) => known === value);
          if (kind) onChange({ kind });
        }}
      >
        {TARGET_KINDS.map((kind) => (
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
  );
}

function PathsField({ draft, problems, onChange }: Props) {
  const texts = useTexts(protectTexts);
  return (
    <TextField
      {...{ label: texts.paths, hint: texts.pathsHint, name: 'config.paths', problems, isRequired: true, isCode: true }}
      lines={4}
      value={draft.paths}
      onChange={(paths) => onChange({ paths })}
    />
  );
}

function FolderFields({ draft, problems, onChange }: Props) {
  const texts = useTexts(protectTexts);
  return (
    <>
      <TextField
        {...{ label: texts.folder, hint: texts.pathsHint, name: 'config.path', problems, isRequired: true }}
        isCode
        value={draft.folder}
        onChange={(folder) => onChange({ folder })}
      />
      <TextField
        {...{ label: texts.metadata, hint: texts.metadataHint, name: 'config.metadata_file', problems, isCode: true }}
        value={draft.metadataFile}
        onChange={(metadataFile) => onChange({ metadataFile })}
      />
    </>
  );
}
