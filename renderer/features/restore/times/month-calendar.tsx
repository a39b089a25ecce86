import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ChevronLeftRegular, ChevronRightRegular } from '@fluentui/react-icons';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { BackupResponse } from '../../../../contracts/backups.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { DayCell } from './day-cell.tsx';
import {
  dayOf,
  daysLater,
  firstWeekdayOf,
  isSameDay,
  isSameMonth,
  monthsLater,
  startOf,
  weeksOf,
  type Day,
} from './month.ts';
import { timeTexts } from './texts.ts';

const useStyles = makeStyles({
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  month: { flexGrow: 1, fontWeight: tokens.fontWeightSemibold, fontSize: '14px' },
  table: { display: 'grid', gap: '2px', marginTop: tokens.spacingVerticalS },
  week: { display: 'grid', gridTemplateColumns: 'repeat(7, 1fr)', gap: '2px' },
  weekday: { textAlign: 'center', fontSize: '12px', color: tokens.colorNeutralForeground2, padding: '4px 0' },
  old: { opacity: 0.6 },
});

interface MonthCalendarProps {
  readonly day: Day;
  readonly backups: readonly BackupResponse[];
  /** What is shown belongs to another month still. */
  readonly isOld: boolean;
  readonly onDay: (day: Day) => void;
}

/** A month with its backups. Arrows go from day to day, Page Up and Page Down from month to month. */
export function MonthCalendar({ day, backups, isOld, onDay }: MonthCalendarProps) {
  const styles = useStyles();
  const texts = useTexts(timeTexts);
  const { locale } = useFormats();
  const weeks = weeksOf(day, firstWeekdayOf(locale));
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(startOf(day));
  const grid = useRef<HTMLDivElement>(null);
  const byKeyboard = useRef(false);
  useEffect(() => {
    if (byKeyboard.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    byKeyboard.current = false;
  }, [day]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = dayAfterKey(day, event.key);
    if (!to) return;
    event.preventDefault();
    byKeyboard.current = true;
    onDay(to);
  };
  return (
    <div>
      <div className={styles.head}>
        <span className={styles.month} aria-live="polite">
          {month}
        </span>
        <Button
          appearance="subtle"
          size="small"
          icon={<ChevronLeftRegular />}
          aria-label={texts.before}
          title={texts.before}
          onClick={() => onDay(monthsLater(day, -1))}
        />
        <Button
          appearance="subtle"
          size="small"
          icon={<ChevronRightRegular />}
          aria-label={texts.after}
          title={texts.after}
          onClick={() => onDay(monthsLater(day, 1))}
        />
      </div>
      <div
        ref={grid}
        role="grid"
        aria-label={`${texts.calendar}, ${month}`}
        className={mergeClasses(styles.table, isOld && styles.old)}
        onKeyDown={onKeyDown}
      >
        <Weekdays days={weeks[0] ?? []} />
        {weeks.map((week) => (
          <div key={startOf(week[0] ?? day)} role="row" className={styles.week}>
            {week.map((each) => (
              <DayCell
                key={startOf(each)}
                day={each}
                backups={isOld ? [] : backups.filter(({ created_at }) => isSameDay(dayOf(created_at), each))}
                isChosen={isSameDay(each, day)}
                isOutside={!isSameMonth(each, day)}
                onChoose={onDay}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Weekdays({ days }: { readonly days: readonly Day[] }) {
  const styles = useStyles();
  const { locale } = useFormats();
  const [short, long] = (['short', 'long'] as const).map((weekday) => new Intl.DateTimeFormat(locale, { weekday }));
  return (
    <div role="row" className={styles.week}>
      {days.map((day) => (
        <div key={startOf(day)} role="columnheader" aria-label={long?.format(startOf(day))} className={styles.weekday}>
          {short?.format(startOf(day))}
        </div>
      ))}
    </div>
  );
}

function dayAfterKey(day: Day, key: string): Day | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const step = steps[key];
  if (step !== undefined) return daysLater(day, step);
  if (key === 'PageUp') return monthsLater(day, -1);
  return key === 'PageDown' ? monthsLater(day, 1) : null;
}
