import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { useSearchParams } from 'wouter';
import { useTexts } from '../../i18n/use-texts.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { AlertsPart } from './alerts-part.tsx';
import { ChannelsPart } from './channels-part.tsx';
import { alertTexts } from './texts.ts';

const TABS = ['open', 'history', 'channels'] as const;

const useStyles = makeStyles({ tabs: { marginBottom: tokens.spacingVerticalL, marginLeft: '-10px' } });

/** What is amiss, what was, and who is told. */
export default function AlertsPage() {
  const styles = useStyles();
  const texts = useTexts(alertTexts);
  const [search, setSearch] = useSearchParams();
  const current = TABS.find((tab) => tab === search.get('tab')) ?? 'open';
  return (
    <>
      <PageHeader title={texts.title} subtitle={texts.subtitle} />
      <TabList
        className={styles.tabs}
        selectedValue={current}
        onTabSelect={(_event, { value }) => setSearch({ tab: String(value) }, { replace: true })}
      >
        {TABS.map((tab) => (
          <Tab key={tab} value={tab}>
            {texts.tabs[tab]}
          </Tab>
        ))}
      </TabList>
      {current === 'open' && <AlertsPart status="open" />}
      {current === 'history' && <AlertsPart status="resolved" />}
      {current === 'channels' && <ChannelsPart />}
    </>
  );
}
