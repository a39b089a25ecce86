import { Checkbox, makeStyles, tokens } from '@fluentui/react-components';
import { ALERT_KINDS, type AlertKind } from '../../../contracts/alerts.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { OneOf } from '../../ui/form/one-of.tsx';
import { problemOf, type Problems } from '../../ui/form/problems.ts';
import { channelTexts } from './channel-texts.ts';
import { alertTexts } from './texts.ts';

const useStyles = makeStyles({
  kinds: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))',
    columnGap: tokens.spacingHorizontalM,
  },
  problem: { color: tokens.colorPaletteRedForeground1, fontSize: '12px' },
});

const CHOICES = ['all', 'some'] as const;

/** All kinds of alerts, also those that come with later versions, or some of them. */
export function AlertKindsField(props: {
  /** Null: all. */
  readonly value: readonly AlertKind[] | null;
  readonly problems: Problems;
  readonly onChange: (kinds: readonly AlertKind[] | null) => void;
}) {
  const { value, problems, onChange } = props;
  const styles = useStyles();
  const texts = useTexts(channelTexts);
  const { kinds: names } = useTexts(alertTexts);
  const problem = problemOf(problems, 'kinds') === undefined ? undefined : texts.alertKindsNeeded;
  return (
    <>
      <OneOf
        label={texts.alertKinds}
        value={value === null ? 'all' : 'some'}
        options={CHOICES}
        names={texts.alertKindChoices}
        onChange={(choice) => onChange(choice === 'all' ? null : (value ?? []))}
      />
      {value !== null && (
        // No Field around them: it would give all of them one id.
        <div>
          <div className={styles.kinds} role="group" aria-label={texts.alertKinds}>
            {ALERT_KINDS.map((kind) => (
              <Checkbox
                key={kind}
                label={names[kind]}
                checked={value.includes(kind)}
                onChange={(_event, { checked }) =>
                  onChange(ALERT_KINDS.filter((other) => (other === kind ? checked === true : value.includes(other))))
                }
              />
            ))}
          </div>
          {problem !== undefined && (
            <span className={styles.problem} role="alert">
              {problem}
            </span>
          )}
        </div>
      )}
    </>
  );
}
