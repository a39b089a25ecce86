import {
  Button,
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Radio,
  RadioGroup,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import type { Problems } from '../form/problems.ts';
import { TextField } from '../form/text-field.tsx';
import {
  EMPTY_REPOSITORY,
  makeRepository,
  repositoryBody,
  WAYS,
  type MadeRepository,
  type RepositoryDraft,
} from './repository-draft.ts';
import { repositoryFormTexts } from './texts.ts';

const useStyles = makeStyles({
  fields: { display: 'grid', gap: tokens.spacingVerticalM },
  way: { display: 'grid' },
  hint: { color: tokens.colorNeutralForeground2, fontSize: '12px' },
  actions: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

/** Makes a repository, or connects one that is there, and tests it. */
export function RepositoryForm(props: {
  readonly onMade: (made: MadeRepository) => void;
  /** Further buttons. */
  readonly children?: ReactNode;
}) {
  const { onMade } = props;
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  const client = useQueryClient();
  const [draft, setDraft] = useState(EMPTY_REPOSITORY);
  const [problems, setProblems] = useState<Problems>({});
  const make = useMutation({
    mutationFn: (body: unknown) => makeRepository(draft.way, body),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: keys.repositories });
      onMade(made);
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
    const { body, problems: found } = repositoryBody(draft);
    setProblems(found);
    if (Object.keys(found).length === 0) make.mutate(body);
  };
  const problem = make.error?.message ?? (Object.keys(problems).length > 0 ? texts.problems : null);
  return (
    <form
      ref={form}
      className={styles.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Fields draft={draft} problems={problems} onChange={(some) => setDraft({ ...draft, ...some })} />
      {problem !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{problem}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.actions}>
        <Button appearance="primary" type="submit" disabled={make.isPending}>
          {texts[draft.way]}
        </Button>
        {props.children}
        {make.isPending && <span role="status">{texts.working}</span>}
      </div>
    </form>
  );
}

function Fields(props: {
  readonly draft: RepositoryDraft;
  readonly problems: Problems;
  readonly onChange: (some: Partial<RepositoryDraft>) => void;
}) {
  const { draft, problems, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  return (
    <>
      <Field label={texts.way}>
        <RadioGroup
          value={draft.way}
          onChange={(_event, { value }) => {
            const way = WAYS.find((known) => known === value);
            if (way) onChange({ way });
          }}
        >
          {WAYS.map((way) => (
            <Radio
              key={way}
              value={way}
              label={
                <span className={styles.way}>
                  {texts.ways[way]}
                  <Text className={styles.hint}>{texts.wayHints[way]}</Text>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      <TextField
        {...{ label: texts.name, hint: texts.nameHint, name: 'name', problems, isRequired: true }}
        value={draft.name}
        onChange={(name) => onChange({ name })}
      />
      <TextField
        {...{ label: texts.path, hint: texts.pathHint, name: 'location', problems, isRequired: true, isCode: true }}
        value={draft.path}
        onChange={(path) => onChange({ path })}
      />
      <TextField
        {...{ label: texts.password, name: 'password', problems, isSecret: true }}
        isRequired={draft.way === 'connect'}
        hint={draft.way === 'create' ? texts.passwordNew : texts.passwordConnect}
        value={draft.password}
        onChange={(password) => onChange({ password })}
      />
      <TextField
        {...{ label: texts.immutable, hint: texts.immutableHint, name: 'immutable_days', problems, isNumber: true }}
        value={draft.immutableDays}
        onChange={(immutableDays) => onChange({ immutableDays })}
      />
    </>
  );
}
