import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Bar, BarChart, CartesianGrid, Cell, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { daysQuery } from '../queries.ts';
import { detailTexts } from './texts.ts';

const useStyles = makeStyles({
  chart: { height: '180px', fontSize: '12px' },
  nothing: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: '13px' },
});

/** How long runs took, day by day. A day with a failure is marked. */
export default function DurationChart({ taskId }: { readonly taskId: string }) {
  const styles = useStyles();
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const { data: days } = useQuery(daysQuery(taskId));
  if (!days) return <LoadingState />;
  if (days.every(({ avg_duration }) => avg_duration === null))
    return <p className={styles.nothing}>{texts.noDurations}</p>;
  const bars = days.map(({ date, avg_duration, failed_runs }) => ({
    day: formats.day(Date.parse(date)),
    seconds: avg_duration ?? 0,
    hasFailed: failed_runs > 0,
  }));
  return (
    <div className={styles.chart} role="img" aria-label={texts.duration}>
      <ResponsiveContainer>
        <BarChart data={bars} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
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
            tickFormatter={(value: number) => formats.roughDuration(value)}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: tokens.colorNeutralBackground1Hover }}
            contentStyle={TOOLTIP}
            formatter={(value) => [formats.duration(Number(value)), texts.averageDuration]}
          />
          <Bar dataKey="seconds" radius={2} isAnimationActive={false}>
            {bars.map(({ day, hasFailed }) => (
              <Cell key={day} fill={hasFailed ? 'var(--state-failed)' : tokens.colorBrandBackground} />
            ))}
          </Bar>
        </BarChart>
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
