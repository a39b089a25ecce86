import { useTexts } from '../../i18n/use-texts.ts';
import { OneOf } from '../../ui/form/one-of.tsx';
import type { Problems } from '../../ui/form/problems.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import { CHANNEL_FIELDS, isSecretField, type ChannelDraft, type ChannelField } from './channel-draft.ts';
import { channelTexts } from './channel-texts.ts';

const SECURITIES = ['starttls', 'tls', 'none'] as const;
const LINES: Partial<Record<ChannelField, number>> = { to: 2, headers: 2 };
const NEEDED: readonly ChannelField[] = ['host', 'from', 'to', 'url', 'server', 'topic'];

interface Props {
  readonly draft: ChannelDraft;
  readonly problems: Problems;
  readonly onChange: (fields: ChannelDraft['fields']) => void;
}

/** Where a channel leads, by its kind. */
export function ChannelFields(props: Props) {
  const texts = useTexts(channelTexts);
  const { draft, onChange } = props;
  return CHANNEL_FIELDS[draft.kind].map((field) =>
    field === 'security' ? (
      <OneOf
        key={field}
        label={texts.security}
        value={SECURITIES.find((known) => known === draft.fields.security) ?? 'starttls'}
        options={SECURITIES}
        names={texts.securities}
        onChange={(security) => onChange({ security })}
      />
    ) : (
      <OneField key={field} {...props} field={field} />
    ),
  );
}

function OneField({ draft, problems, onChange, field }: Props & { readonly field: Exclude<ChannelField, 'security'> }) {
  const texts = useTexts(channelTexts);
  const value = draft.fields[field] ?? '';
  const isSecret = isSecretField(draft.kind, field);
  const isStored = draft.stored.includes(field);
  const hint = isSecret ? (isStored ? texts.storedHint : texts.referenceHint) : undefined;
  return (
    <TextField
      label={field === 'url' && draft.kind !== 'webhook' ? texts.chatUrl : texts[field]}
      name={`config.${field}`}
      problems={problems}
      value={value}
      isRequired={NEEDED.includes(field) && !isStored}
      isNumber={field === 'port'}
      isCode={['host', 'url', 'headers', 'server', 'topic'].includes(field)}
      lines={LINES[field] ?? 1}
      // A reference is no secret: it names one.
      isSecret={isSecret && !value.startsWith('{')}
      {...(hint !== undefined && { hint: field === 'secret' ? `${hint} ${texts.secretHint}` : hint })}
      onChange={(text) => onChange({ [field]: text })}
    />
  );
}
