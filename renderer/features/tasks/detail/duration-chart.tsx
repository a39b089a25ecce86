import { tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Bar, Cell } from 'recharts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { secondStep } from '../../../ui/chart/axis-ticks.ts';
import { DayChart } from '../../../ui/chart/day-chart.tsx';
import { NoFigures } from '../../../ui/chart/no-figures.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { daysQuery } from '../queries.ts';
import { detailTexts } from './texts.ts';

/** How long runs took, day by day. A day with a failure is marked. */
export default function DurationChart({ taskId }: { readonly taskId: string }) {
  const texts = useTexts(detailTexts);
  const formats = useFormats();
  const { data: days } = useQuery(daysQuery(taskId));
  if (!days) return <LoadingState />;
  if (days.every(({ avg_duration }) => avg_duration === null)) return <NoFigures>{texts.noDurations}</NoFigures>;
  const points = days.map(({ date, avg_duration }) => ({
    day: formats.day(Date.parse(date)),
    value: avg_duration ?? 0,
  }));
  return (
    <DayChart
      label={texts.duration}
      points={points}
      name={texts.averageDuration}
      stepOf={secondStep}
      tickText={formats.roughDuration}
      valueText={formats.duration}
    >
      <Bar dataKey="value" radius={2} isAnimationActive={false}>
        {days.map(({ date, failed_runs: failed }) => (
          <Cell key={date} fill={failed > 0 ? 'var(--state-failed)' : tokens.colorBrandBackground} />
        ))}
      </Bar>
    </DayChart>
  );
}
