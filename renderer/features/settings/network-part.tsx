import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { healthQuery } from './queries.ts';
import { settingsTexts } from './texts.ts';

const useStyles = makeStyles({
  hint: { color: tokens.colorNeutralForeground2, display: 'block', marginTop: tokens.spacingVerticalL },
  problems: { margin: `${tokens.spacingVerticalM} 0 0`, paddingLeft: '20px' },
});

/** Where the service is and how it is. */
export function NetworkPart() {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  const formats = useFormats();
  const { data: health, error, refetch } = useQuery(healthQuery);
  if (error && !health) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!health) return <LoadingState />;
  const problems = health.checks.flatMap((check) => check.problems);
  return (
    <Panel title={texts.parts.network}>
      <Facts
        facts={[
          [texts.health, texts.healthStates[health.status]],
          [texts.version, health.version],
          [texts.uptime, formats.duration(health.uptime_seconds)],
          [texts.address, location.origin],
          [
            texts.reference,
            <a key="docs" href="/docs" target="_blank" rel="noreferrer">
              /docs
            </a>,
          ],
        ]}
      />
      {problems.length > 0 && (
        <ul className={styles.problems}>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <Text className={styles.hint}>{texts.networkHint}</Text>
    </Panel>
  );
}
