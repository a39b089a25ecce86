import { Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import type { RestorePlan } from '../../../../contracts/restores.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { dialogTexts } from './texts.ts';

const useStyles = makeStyles({
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});

/** Says what it does: where something is lost, how much. */
export function StartButton(props: {
  readonly plan: RestorePlan;
  readonly isStarting: boolean;
  readonly onStart: () => void;
}) {
  const { plan, isStarting, onStart } = props;
  const styles = useStyles();
  const texts = useTexts(dialogTexts);
  const formats = useFormats();
  const lost = plan.plans.reduce((sum, { conflicts }) => sum + conflicts, 0);
  const isPossible = plan.plans.every(({ fits }) => fits);
  return (
    <Button
      autoFocus={lost === 0}
      appearance="primary"
      {...(lost > 0 && isPossible && { className: styles.danger })}
      {...(isStarting && { icon: <Spinner size="tiny" aria-hidden /> })}
      disabled={isStarting || !isPossible}
      onClick={onStart}
    >
      {lost > 0 ? texts.startOver(lost, formats.number(lost)) : texts.start}
    </Button>
  );
}
