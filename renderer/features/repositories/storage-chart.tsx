import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { storageHistoryQuery } from './queries.ts';
import { repositoryTexts } from './texts.ts';

const useStyles = makeStyles({
  chart: { height: '180px', fontSize: '12px' },
  nothing: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: '13px' },
});

/** What a repository took, day by day. */
export default function StorageChart({ repositoryId }: { readonly repositoryId: string }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const { data, error, refetch } = useQuery(storageHistoryQuery(repositoryId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  if (data.days.length < 2) return <p className={styles.nothing}>{texts.noHistory}</p>;
  const points = data.days.map(({ day, stored_bytes: stored }) => ({ day: formats.day(Date.parse(day)), stored }));
  return (
    <div className={styles.chart} role="img" aria-label={texts.history}>
      <ResponsiveContainer>
        <AreaChart data={points} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={tokens.colorNeutralStroke3} />
          <XAxis
            dataKey="day"
            tickLine={false}
            axisLine={false}
            interval="preserveStartEnd"
            minTickGap={32}
            tick={TICK}
          />
          <YAxis
            tickLine={false}
            axisLine={false}
            width={80}
            tick={TICK}
            tickFormatter={(value: number) => formats.bytes(value)}
          />
          <Tooltip
            isAnimationActive={false}
            contentStyle={TOOLTIP}
            formatter={(value) => [formats.bytes(Number(value)), texts.storedBytes]}
          />
          <Area
            dataKey="stored"
            isAnimationActive={false}
            stroke={tokens.colorBrandStroke1}
            strokeWidth={2}
            fill={tokens.colorBrandBackground2}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}

const TICK = { fill: tokens.colorNeutralForeground2 };
const TOOLTIP = {
  backgroundColor: tokens.colorNeutralBackground1,
  color: tokens.colorNeutralForeground1,
  border: `1px solid ${tokens.colorNeutralStroke1}`,
  borderRadius: tokens.borderRadiusMedium,
};
