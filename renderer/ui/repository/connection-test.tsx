import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  DismissCircleFilled,
  PlugConnectedRegular,
  QuestionCircleFilled,
} from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import type { RepositoryTestReport } from '../../../contracts/repositories.ts';
import { repositoryActions } from '../../api/repository-actions.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { repositoryFormTexts } from './texts.ts';

type Report = z.infer<typeof RepositoryTestReport>;

/** Clocks of shares are rarely exact; times of files are not needed any more exactly than this. */
const SKEW_SECONDS = 60;

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM, justifyItems: 'start' },
  answers: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gap: `6px ${tokens.spacingHorizontalM}`,
    alignItems: 'center',
    margin: 0,
    fontSize: '14px',
  },
  answer: { display: 'contents' },
  icon: { display: 'inline-flex', fontSize: '18px' },
  name: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground2,
  },
  value: { margin: 0 },
});

/** A button that tries a repository, and its four answers. `first`: those of a test that was made already. */
export function ConnectionTest({
  repositoryId,
  first,
}: {
  readonly repositoryId: string;
  readonly first?: Report | null;
}) {
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  const test = useMutation({ mutationFn: () => repositoryActions.test(repositoryId) });
  const report = test.data ?? first ?? null;
  return (
    <div className={styles.root}>
      <Button icon={<PlugConnectedRegular />} disabled={test.isPending} onClick={() => test.mutate()}>
        {texts.test}
      </Button>
      <div role="status" aria-live="polite">
        {test.isPending && texts.testing}
        {!test.isPending && report && <Answers report={report} />}
      </div>
      {test.error && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{test.error.message}</MessageBarBody>
        </MessageBar>
      )}
      {!test.isPending && report && report.problem !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{report.problem}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}

function Answers({ report }: { readonly report: Report }) {
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  const formats = useFormats();
  const { free_bytes: free, clock_skew_seconds: skew } = report;
  const yesNo = (isSo: boolean) => (isSo ? texts.yes : texts.no);
  const isInStep = skew === null ? null : Math.abs(skew) <= SKEW_SECONDS;
  const clock = skew === null ? texts.unknown : isInStep ? texts.inStep : texts.skew(formats.duration(Math.abs(skew)));
  return (
    <dl className={styles.answers} aria-label={texts.testTitle}>
      <Answer name={texts.answers.write} isGood={report.can_write} value={yesNo(report.can_write)} />
      <Answer name={texts.answers.readBack} isGood={report.can_read_back} value={yesNo(report.can_read_back)} />
      <Answer
        name={texts.answers.space}
        isGood={free === null ? null : free > 0}
        value={free === null ? texts.unknown : formats.bytes(free)}
      />
      <Answer name={texts.answers.clock} isGood={isInStep} value={clock} />
    </dl>
  );
}

function Answer(props: { readonly name: string; readonly isGood: boolean | null; readonly value: string }) {
  const styles = useStyles();
  const { isGood } = props;
  const Icon = isGood === null ? QuestionCircleFilled : isGood ? CheckmarkCircleFilled : DismissCircleFilled;
  const color = isGood === null ? tokens.colorNeutralForeground3 : `var(--state-${isGood ? 'ok' : 'failed'})`;
  return (
    <div className={styles.answer}>
      <dt className={styles.name}>
        <span className={styles.icon} style={{ color }} aria-hidden>
          <Icon />
        </span>
        {props.name}
      </dt>
      <dd className={styles.value}>{props.value}</dd>
    </div>
  );
}
