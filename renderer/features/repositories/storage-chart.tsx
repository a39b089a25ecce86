import { tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Area } from 'recharts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { byteStep } from '../../ui/chart/axis-ticks.ts';
import { DayChart } from '../../ui/chart/day-chart.tsx';
import { NoFigures } from '../../ui/chart/no-figures.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { storageHistoryQuery } from './queries.ts';
import { repositoryTexts } from './texts.ts';

/** What a repository took, day by day. */
export default function StorageChart({ repositoryId }: { readonly repositoryId: string }) {
  const texts = useTexts(repositoryTexts);
  const formats = useFormats();
  const { data, error, refetch } = useQuery(storageHistoryQuery(repositoryId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  if (data.days.length < 2) return <NoFigures>{texts.noHistory}</NoFigures>;
  const points = data.days.map(({ day, stored_bytes: stored }) => ({
    day: formats.day(Date.parse(day)),
    value: stored,
  }));
  return (
    <DayChart
      label={texts.history}
      points={points}
      name={texts.storedBytes}
      stepOf={byteStep}
      tickText={formats.bytes}
      valueText={formats.bytes}
    >
      <Area
        dataKey="value"
        isAnimationActive={false}
        stroke={tokens.colorBrandStroke1}
        strokeWidth={2}
        fill={tokens.colorBrandBackground2}
      />
    </DayChart>
  );
}
