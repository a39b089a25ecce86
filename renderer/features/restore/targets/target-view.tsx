import { Button, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { HistoryRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useSearchParams } from 'wouter';
import type { TargetView as Target } from '../../../../contracts/targets.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { MayNot } from '../browse/browse-view.tsx';
import { CompareTab } from '../compare/compare-tab.tsx';
import { FilesTab } from '../files/files-tab.tsx';
import { targetQuery } from '../../../api/protection-queries.ts';
import { RecentRestores } from '../runs/recent-restores.tsx';
import { restoreTexts } from '../texts.ts';
import { TimesTab } from '../times/times-tab.tsx';

const TABS = ['time', 'file', 'compare', 'restores'] as const;

const useStyles = makeStyles({
  tabs: { marginBottom: tokens.spacingVerticalL, marginLeft: '-10px' },
  notice: { marginBottom: tokens.spacingVerticalL },
});

/** The backups of one target, by when or by what. */
export function TargetView({ targetId }: { readonly targetId: string }) {
  const { data: target, error, refetch } = useQuery(targetQuery(targetId));
  if (error && !target) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!target) return <LoadingState />;
  return <Found target={target} />;
}

function Found({ target }: { readonly target: Target }) {
  const styles = useStyles();
  const texts = useTexts(restoreTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const mayRestore = useMay('admin', 'operator');
  const { last_good_backup: last, backup_counts: counts } = target;
  return (
    <>
      <PageHeader
        title={target.name}
        {...(last && {
          subtitle: texts.newest(formats.dateTime(last.created_at), counts.completed, formats.number(counts.completed)),
        })}
      >
        <Button onClick={() => navigate('/restore')}>{texts.all}</Button>
      </PageHeader>
      {!mayRestore && <MayNot className={styles.notice} />}
      {last === null ? (
        <EmptyState icon={<HistoryRegular />} title={texts.noBackups} hint={texts.noBackupsHint} />
      ) : (
        <Tabs target={target} />
      )}
    </>
  );
}

function Tabs({ target }: { readonly target: Target }) {
  const styles = useStyles();
  const texts = useTexts(restoreTexts);
  const [search, setSearch] = useSearchParams();
  const current = TABS.find((tab) => tab === search.get('by')) ?? 'time';
  return (
    <>
      <TabList
        className={styles.tabs}
        selectedValue={current}
        onTabSelect={(_event, { value }) =>
          setSearch({ target: target.target_id, by: String(value) }, { replace: true })
        }
      >
        {TABS.map((tab) => (
          <Tab key={tab} value={tab}>
            {texts.by[tab]}
          </Tab>
        ))}
      </TabList>
      {current === 'time' && <TimesTab target={target} />}
      {current === 'file' && <FilesTab target={target} />}
      {current === 'compare' && <CompareTab target={target} />}
      {current === 'restores' && <RecentRestores targetId={target.target_id} />}
    </>
  );
}
