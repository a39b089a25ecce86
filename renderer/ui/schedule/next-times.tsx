import { makeStyles, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { SchedulePreview } from '../../../contracts/schedules.ts';
import { call } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';
import { usePreferences } from '../../app/preferences/use-preferences.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { scheduleTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { fontSize: '13px', lineHeight: '20px' },
  title: { color: tokens.colorNeutralForeground2 },
  list: {
    margin: '4px 0 0',
    padding: 0,
    listStyleType: 'none',
    display: 'flex',
    flexWrap: 'wrap',
    gap: `2px ${tokens.spacingHorizontalXL}`,
  },
  problem: { color: 'var(--state-failed)' },
});

/** When a task would start with this schedule, on the wall clock of its zone; or what is wrong with it. */
export function NextTimes({ schedule, timeZone }: { readonly schedule: string; readonly timeZone: string }) {
  const styles = useStyles();
  const texts = useTexts(scheduleTexts);
  const { locale } = usePreferences();
  const wanted = useDeferredValue({ schedule, zone: timeZone.trim() === '' ? null : timeZone });
  const { data, error } = useQuery({
    queryKey: keys.schedulePreview(wanted.schedule, wanted.zone),
    queryFn: ({ signal }) => {
      const query = { schedule: wanted.schedule, time_zone: wanted.zone };
      return call('/api/schedules/preview', { query, reply: SchedulePreview, signal });
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error) {
    return (
      <div className={styles.problem} role="alert">
        {error.message}
      </div>
    );
  }
  if (!data) return null;
  const options = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: data.time_zone });
  return (
    <div className={styles.root}>
      <span className={styles.title}>
        {texts.next} {texts.nextIn(data.time_zone)}
      </span>
      <ol className={styles.list}>
        {data.next.map((at) => (
          <li key={at}>{format.format(new Date(at))}</li>
        ))}
      </ol>
    </div>
  );
}
