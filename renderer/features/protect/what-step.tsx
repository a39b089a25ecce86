import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../i18n/use-texts.ts';
import type { Problems } from '../../ui/form/problems.ts';
import { Panel } from '../../ui/panel.tsx';
import { sourceProblems, type SourceDraft } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';
import { StepActions, StepFrame } from './step-frame.tsx';
import { protectTexts } from './texts.ts';

/** `refused`: what the API has said of it, when it was to be made. */
export function WhatStep(props: {
  readonly draft: SourceDraft;
  readonly refused: Problems;
  readonly onChange: (draft: SourceDraft) => void;
  readonly onNext: () => void;
}) {
  const { draft, refused, onChange, onNext } = props;
  const texts = useTexts(protectTexts);
  const [problems, setProblems] = useState<Problems>(refused);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const messages = Object.values(problems);
  return (
    <StepFrame label={texts.steps.what}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const found = sourceProblems(draft);
          setProblems(found);
          if (Object.keys(found).length === 0) onNext();
        }}
      >
        <Panel title={texts.steps.what}>
          <SourceFields isNew draft={draft} problems={problems} onChange={(some) => onChange({ ...draft, ...some })} />
        </Panel>
        {messages.length > 0 && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{problems === refused ? messages[0] : texts.problems}</MessageBarBody>
          </MessageBar>
        )}
        <StepActions onBack={null} />
      </form>
    </StepFrame>
  );
}
