import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ALERT_SEVERITIES } from '../../../contracts/alerts.ts';
import { CHANNEL_KINDS, type ChannelView } from '../../../contracts/channels.ts';
import { ApiError } from '../../api/api-error.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { OneOf } from '../../ui/form/one-of.tsx';
import type { Problems } from '../../ui/form/problems.ts';
import { TextField } from '../../ui/form/text-field.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { AlertKindsField } from './alert-kinds-field.tsx';
import { channelBody, channelDraftOf, EMPTY_CHANNEL, type ChannelDraft } from './channel-draft.ts';
import { ChannelFields } from './channel-fields.tsx';
import { channelTexts } from './channel-texts.ts';
import { alertCalls } from './queries.ts';

const useStyles = makeStyles({ fields: { display: 'grid', gap: tokens.spacingVerticalM } });

/** Makes a channel, or changes `channel`. */
export function ChannelDialog({
  channel,
  onClose,
}: {
  readonly channel: ChannelView | null;
  readonly onClose: () => void;
}) {
  const styles = useStyles();
  const texts = useTexts(channelTexts);
  const words = useTexts(uiTexts);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => (channel ? channelDraftOf(channel) : EMPTY_CHANNEL));
  const [problems, setProblems] = useState<Problems>({});
  const save = useMutation({
    mutationFn: ({ kind, ...body }: Readonly<Record<string, unknown>>) =>
      channel ? alertCalls.changeChannel(channel.channel_id, body) : alertCalls.addChannel({ kind, ...body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.channels });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.field !== null) setProblems({ [error.field]: error.message });
    },
  });
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const submit = () => {
    const { body, problems: found } = channelBody(draft);
    setProblems(found);
    if (Object.keys(found).length === 0) save.mutate(body);
  };
  const problem = save.error?.message ?? (Object.keys(problems).length > 0 ? texts.problems : null);
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          ref={form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <DialogBody>
            <DialogTitle>{channel ? texts.editTitle(channel.name) : texts.addTitle}</DialogTitle>
            <DialogContent className={styles.fields}>
              <Common
                draft={draft}
                problems={problems}
                isNew={channel === null}
                onChange={(some) => setDraft({ ...draft, ...some })}
              />
              {problem !== null && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>{problem}</MessageBarBody>
                </MessageBar>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={save.isPending}>
                {channel ? texts.save : texts.add}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function Common(props: {
  readonly draft: ChannelDraft;
  readonly problems: Problems;
  readonly isNew: boolean;
  readonly onChange: (some: Partial<ChannelDraft>) => void;
}) {
  const { draft, problems, isNew, onChange } = props;
  const texts = useTexts(channelTexts);
  return (
    <>
      {isNew && (
        <OneOf
          label={texts.kind}
          value={draft.kind}
          options={CHANNEL_KINDS}
          names={texts.kinds}
          onChange={(kind) => onChange({ kind })}
        />
      )}
      <TextField
        {...{ label: texts.name, name: 'name', problems, isRequired: true }}
        value={draft.name}
        onChange={(name) => onChange({ name })}
      />
      <ChannelFields
        draft={draft}
        problems={problems}
        onChange={(fields) => onChange({ fields: { ...draft.fields, ...fields } })}
      />
      <OneOf
        label={texts.minSeverity}
        value={draft.minSeverity}
        options={ALERT_SEVERITIES}
        names={texts.minSeverities}
        onChange={(minSeverity) => onChange({ minSeverity })}
      />
      <AlertKindsField
        value={draft.alertKinds}
        problems={problems}
        onChange={(alertKinds) => onChange({ alertKinds })}
      />
      <div>
        <Checkbox
          label={texts.notifyResolved}
          checked={draft.notifyResolved}
          onChange={(_event, { checked }) => onChange({ notifyResolved: checked === true })}
        />
        <Checkbox
          label={texts.enabled}
          checked={draft.enabled}
          onChange={(_event, { checked }) => onChange({ enabled: checked === true })}
        />
      </div>
    </>
  );
}
