import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { CartesianGrid, ComposedChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisTicks, type StepOf } from './axis-ticks.ts';

const useStyles = makeStyles({ chart: { height: '180px', fontSize: '12px' } });
const TICK = { fill: tokens.colorNeutralForeground2 };
const TOOLTIP = {
  backgroundColor: tokens.colorNeutralBackground1,
  color: tokens.colorNeutralForeground1,
  border: `1px solid ${tokens.colorNeutralStroke1}`,
  borderRadius: tokens.borderRadiusMedium,
};

export interface DayPoint {
  /** As the axis shows it. */
  readonly day: string;
  readonly value: number;
}

/** One figure, day by day. `children`: how it is drawn, from `value`. Only by `lazy()`: the library of charts is large. */
export function DayChart(props: {
  readonly label: string;
  readonly points: readonly DayPoint[];
  /** What the figure is, in the tooltip. */
  readonly name: string;
  /** Between the lines of the axis. */
  readonly stepOf: StepOf;
  readonly tickText: (value: number) => string;
  readonly valueText: (value: number) => string;
  readonly children: ReactElement;
}) {
  const { label, points, name, stepOf, tickText, valueText, children } = props;
  const styles = useStyles();
  const ticks = axisTicks(Math.max(...points.map(({ value }) => value)), stepOf);
  return (
    <div className={styles.chart} role="img" aria-label={label}>
      <ResponsiveContainer>
        <ComposedChart data={points} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={tokens.colorNeutralStroke3} />
          <XAxis
            dataKey="day"
            tickLine={false}
            axisLine={false}
            interval="preserveStartEnd"
            minTickGap={32}
            tickMargin={6}
            tick={TICK}
          />
          <YAxis
            tickLine={false}
            axisLine={false}
            width={80}
            tick={TICK}
            ticks={ticks}
            domain={[0, ticks.at(-1) ?? 'auto']}
            tickFormatter={tickText}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: tokens.colorNeutralBackground1Hover, stroke: tokens.colorNeutralStroke1 }}
            contentStyle={TOOLTIP}
            formatter={(value) => [valueText(Number(value)), name]}
          />
          {children}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}
