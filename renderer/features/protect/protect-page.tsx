import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import type { Problems } from '../../ui/form/problems.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import type { MadeRepository } from '../../ui/repository/repository-draft.ts';
import { retentionPolicyOf, USUAL_RETENTION } from '../../ui/retention/retention-draft.ts';
import { KitStep } from './kit-step.tsx';
import { EMPTY_SOURCE, sourceConfig } from './source-draft.ts';
import { StartedStep } from './started-step.tsx';
import { StepList, type StepId } from './step-list.tsx';
import { protectTexts } from './texts.ts';
import { useProtect } from './use-protect.ts';
import { WhatStep } from './what-step.tsx';
import { WhenStep } from './when-step.tsx';
import { WhereStep } from './where-step.tsx';

const FIRST_SCHEDULE = 'daily at 02:00';

/** From nothing to a first backup: what, where, when and how long, and the recovery kit. */
export default function ProtectPage() {
  const [round, setRound] = useState(1);
  return <Wizard key={round} onAnother={() => setRound(round + 1)} />;
}

function Wizard({ onAnother }: { readonly onAnother: () => void }) {
  const texts = useTexts(protectTexts);
  const [step, setStep] = useState<StepId>('what');
  const [source, setSource] = useState(EMPTY_SOURCE);
  const [refused, setRefused] = useState<Problems>({});
  const [repositoryId, setRepositoryId] = useState<string | null>(null);
  const [made, setMade] = useState<MadeRepository | null>(null);
  const [schedule, setSchedule] = useState(FIRST_SCHEDULE);
  const [retention, setRetention] = useState(USUAL_RETENTION);
  const protect = useProtect();
  const kit = made?.repository.repository_id === repositoryId ? (made?.kit ?? null) : null;
  const steps: readonly StepId[] = kit ? ['what', 'where', 'when', 'kit', 'start'] : ['what', 'where', 'when', 'start'];

  const start = () => {
    if (repositoryId === null) return setStep('where');
    const { policy } = retentionPolicyOf(retention);
    const target = {
      name: source.name.trim(),
      kind: source.kind,
      config: sourceConfig(source),
      repository_id: repositoryId,
      retention: policy,
    };
    protect.mutate(
      { target, schedule },
      {
        onSuccess: () => setStep('start'),
        onError: (error) => {
          const field = error instanceof ApiError ? error.field : null;
          if (field !== 'name' && !field?.startsWith('config')) return;
          setRefused({ [field]: error.message });
          setStep('what');
        },
      },
    );
  };
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle} />
      <StepList steps={steps} current={step} />
      {step === 'what' && (
        <WhatStep draft={source} refused={refused} onChange={setSource} onNext={() => setStep('where')} />
      )}
      {step === 'where' && (
        <WhereStep
          repositoryId={repositoryId}
          made={made}
          onChoose={setRepositoryId}
          onMade={(repository) => {
            setMade(repository);
            setRepositoryId(repository.repository.repository_id);
          }}
          onBack={() => setStep('what')}
          onNext={() => setStep('when')}
        />
      )}
      {step === 'when' && (
        <WhenStep
          schedule={schedule}
          retention={retention}
          isLast={!kit}
          isBusy={protect.isPending}
          error={protect.error}
          onSchedule={setSchedule}
          onRetention={setRetention}
          onBack={() => setStep('where')}
          onNext={() => (kit ? setStep('kit') : start())}
        />
      )}
      {step === 'kit' && made && kit && (
        <KitStep
          repositoryId={made.repository.repository_id}
          name={made.repository.name}
          kit={kit}
          isBusy={protect.isPending}
          error={protect.error}
          onBack={() => setStep('when')}
          onNext={start}
        />
      )}
      {step === 'start' && protect.data && <StartedStep protection={protect.data} onAnother={onAnother} />}
    </>
  );
}
