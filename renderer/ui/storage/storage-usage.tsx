import { makeStyles, ProgressBar, tokens } from '@fluentui/react-components';
import type { RepositoryStorageView } from '../../../contracts/storage.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { storageTexts } from './texts.ts';

const MANY_DAYS = 3_650;
const COLORS = { ok: 'brand', unknown: 'brand', warning: 'warning', critical: 'error' } as const;

const useStyles = makeStyles({
  root: { display: 'grid', gap: '4px', minWidth: 0 },
  facts: {
    fontSize: '12px',
    lineHeight: '16px',
    color: tokens.colorNeutralForeground2,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
});

/** How full a repository's storage is, and when it will be full. `isBrief`: in a cell of a table. */
export function StorageUsage(props: {
  readonly name: string;
  readonly storage: RepositoryStorageView | undefined;
  readonly isBrief?: boolean;
}) {
  const { name, storage } = props;
  const styles = useStyles();
  const texts = useTexts(storageTexts);
  const formats = useFormats();
  if (!storage || storage.free_bytes === null || storage.capacity_bytes === null || storage.used_percent === null)
    return <span className={styles.facts}>{texts.notMeasured}</span>;
  const { free_bytes: free, capacity_bytes: capacity, used_percent: percent } = storage;
  const used = texts.usedOf(formats.bytes(capacity - free), formats.bytes(capacity));
  const facts = [...(props.isBrief ? [] : [used]), texts.free(formats.bytes(free)), forecastOf(storage, texts)];
  return (
    <div className={styles.root} title={[used, ...facts].join(' · ')}>
      <ProgressBar
        aria-label={texts.usage(name)}
        aria-valuetext={used}
        max={100}
        value={percent}
        thickness="large"
        color={COLORS[storage.state]}
      />
      <span className={styles.facts}>{facts.join(' · ')}</span>
    </div>
  );
}

function forecastOf(
  { growth_bytes_per_day: growth, full_in_days: days }: RepositoryStorageView,
  texts: (typeof storageTexts)['en'],
): string {
  if (growth === null) return texts.tooEarly;
  if (days === null) return texts.neverFull;
  if (days > MANY_DAYS) return texts.years;
  return days < 1 ? texts.fullToday : texts.fullIn(Math.round(days));
}
