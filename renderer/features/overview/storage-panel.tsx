import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { StorageStatusView } from '../../../contracts/storage.ts';
import { links } from '../../app/links.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StorageUsage } from '../../ui/storage/storage-usage.tsx';
import { protectionTexts } from './protection-texts.ts';

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(320px, 100%), 1fr))',
    gap: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXXL}`,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
  },
  item: { display: 'grid', gap: '6px', minWidth: 0 },
  line: { display: 'flex', gap: tokens.spacingHorizontalM, fontSize: '14px', lineHeight: '20px' },
  name: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  stored: { color: tokens.colorNeutralForeground2, fontSize: '13px', whiteSpace: 'nowrap' },
  problem: { color: 'var(--state-failed)', fontSize: '13px', lineHeight: '18px', overflowWrap: 'anywhere' },
  saved: { display: 'block', marginTop: tokens.spacingVerticalM, color: tokens.colorNeutralForeground2 },
});

/** Below this, what is saved is not worth a word. */
const WORTH_SAYING = 1.2;

/** Each repository: how full, and when it will be. */
export function StoragePanel({ status }: { readonly status: StorageStatusView }) {
  const styles = useStyles();
  const texts = useTexts(protectionTexts);
  const formats = useFormats();
  const { repositories, deduplication_ratio: ratio } = status;
  return (
    <Panel title={texts.storage}>
      <ul className={styles.list}>
        {repositories.map((storage) => (
          <li key={storage.repository_id} className={styles.item}>
            <div className={styles.line}>
              <span className={styles.name} title={storage.name}>
                <PageLink to={links.repository(storage.repository_id)}>{storage.name}</PageLink>
              </span>
              {storage.stored_bytes !== null && (
                <span className={styles.stored}>{texts.snapshots(formats.bytes(storage.stored_bytes))}</span>
              )}
            </div>
            <StorageUsage name={storage.name} storage={storage} />
            {storage.problem !== null && <span className={styles.problem}>{storage.problem}</span>}
          </li>
        ))}
      </ul>
      {ratio !== null && ratio >= WORTH_SAYING && (
        <Text size={200} className={styles.saved}>
          {texts.saved(formats.number(Math.round(ratio * 10) / 10))}
        </Text>
      )}
    </Panel>
  );
}
