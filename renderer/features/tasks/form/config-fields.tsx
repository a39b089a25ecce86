import { Checkbox } from '@fluentui/react-components';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { Problems } from '../../../ui/form/problems.ts';
import { TextField } from '../../../ui/form/text-field.tsx';
import type { ConfigDraft } from './config-draft.ts';
import type { DraftType } from './task-draft.ts';
import { formTexts } from './texts.ts';

interface Props {
  readonly type: DraftType;
  readonly config: ConfigDraft;
  readonly problems: Problems;
  readonly onChange: (change: Partial<ConfigDraft>) => void;
}

/** What an action does. For types without fields of their own, the configuration as JSON. */
export function ConfigFields(props: Props) {
  switch (props.type) {
    case 'script':
      return <ScriptFields {...props} />;
    case 'api_call':
    case 'webhook':
      return <RequestFields {...props} />;
    case 'custom':
      return <FunctionFields {...props} />;
    default:
      return <JsonField {...props} />;
  }
}

function ScriptFields({ config, problems, onChange }: Props) {
  const texts = useTexts(formTexts);
  return (
    <>
      <TextField
        label={config.shell ? texts.commandLine : texts.command}
        {...(!config.shell && { hint: texts.commandHint })}
        isRequired
        isCode
        name="config.command"
        value={config.command}
        problems={problems}
        onChange={(command) => onChange({ command })}
      />
      <Checkbox
        label={texts.shell}
        checked={config.shell}
        onChange={(_event, { checked }) => onChange({ shell: checked === true })}
      />
      <TextField
        label={texts.args}
        isCode
        lines={3}
        name="config.args"
        value={config.args}
        problems={problems}
        onChange={(args) => onChange({ args })}
      />
      <TextField
        label={texts.cwd}
        isCode
        name="config.cwd"
        value={config.cwd}
        problems={problems}
        onChange={(cwd) => onChange({ cwd })}
      />
      <TextField
        label={texts.env}
        hint={texts.envHint}
        isCode
        lines={3}
        name="config.env"
        value={config.env}
        problems={problems}
        onChange={(env) => onChange({ env })}
      />
    </>
  );
}

function RequestFields({ type, config, problems, onChange }: Props) {
  const texts = useTexts(formTexts);
  return (
    <>
      <TextField
        label={texts.url}
        isRequired
        isCode
        placeholder="https://"
        name="config.url"
        value={config.url}
        problems={problems}
        onChange={(url) => onChange({ url })}
      />
      <TextField
        label={texts.method}
        isCode
        placeholder={type === 'webhook' ? 'POST' : 'GET'}
        name="config.method"
        value={config.method}
        problems={problems}
        onChange={(method) => onChange({ method })}
      />
      <TextField
        label={texts.headers}
        hint={texts.envHint}
        isCode
        lines={3}
        name="config.headers"
        value={config.headers}
        problems={problems}
        onChange={(headers) => onChange({ headers })}
      />
      <TextField
        label={texts.body}
        hint={texts.bodyHint}
        isCode
        lines={4}
        name="config.body"
        value={config.body}
        problems={problems}
        onChange={(body) => onChange({ body })}
      />
    </>
  );
}

function FunctionFields({ config, problems, onChange }: Props) {
  const texts = useTexts(formTexts);
  return (
    <>
      <TextField
        label={texts.functionName}
        isRequired
        isCode
        name="config.function"
        value={config.functionName}
        problems={problems}
        onChange={(functionName) => onChange({ functionName })}
      />
      <TextField
        label={texts.module}
        hint={texts.moduleHint}
        isCode
        name="config.module"
        value={config.module}
        problems={problems}
        onChange={(module) => onChange({ module })}
      />
      <TextField
        label={texts.params}
        isCode
        lines={4}
        name="config.params"
        value={config.params}
        problems={problems}
        onChange={(params) => onChange({ params })}
      />
    </>
  );
}

function JsonField({ config, problems, onChange }: Props) {
  const texts = useTexts(formTexts);
  return (
    <TextField
      label={texts.json}
      isCode
      lines={8}
      name="config"
      value={config.json}
      problems={problems}
      onChange={(json) => onChange({ json })}
    />
  );
}
