import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { ComponentType } from 'react';
import { useSearchParams } from 'wouter';
import { useSession } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { AccountPart } from './account-part.tsx';
import { AppearancePart } from './appearance-part.tsx';
import { KeysPart } from './keys-part.tsx';
import { NetworkPart } from './network-part.tsx';
import { SecretsPart } from './secrets-part.tsx';
import { settingsTexts } from './texts.ts';
import { UsersPart } from './users-part.tsx';

type PartId = keyof (typeof settingsTexts)['en']['parts'];

const PARTS: readonly { readonly id: PartId; readonly Component: ComponentType; readonly isForAdmins?: boolean }[] = [
  { id: 'appearance', Component: AppearancePart },
  { id: 'account', Component: AccountPart },
  { id: 'users', Component: UsersPart, isForAdmins: true },
  { id: 'keys', Component: KeysPart, isForAdmins: true },
  { id: 'secrets', Component: SecretsPart, isForAdmins: true },
  { id: 'network', Component: NetworkPart },
];

const useStyles = makeStyles({
  tabs: { marginBottom: tokens.spacingVerticalL, marginLeft: '-10px', flexWrap: 'wrap' },
});

export default function SettingsPage() {
  const styles = useStyles();
  const texts = useTexts(settingsTexts);
  const [search, setSearch] = useSearchParams();
  const { me, isDesktop } = useSession();
  const parts = PARTS.filter(
    ({ id, isForAdmins }) =>
      (!isForAdmins || me.role === 'admin') && (id !== 'account' || (me.kind === 'user' && !isDesktop)),
  );
  const current = parts.find(({ id }) => id === search.get('part')) ?? parts[0];
  return (
    <>
      <PageHeader title={texts.title} />
      <TabList
        className={styles.tabs}
        selectedValue={current?.id}
        onTabSelect={(_event, { value }) => setSearch({ part: String(value) }, { replace: true })}
      >
        {parts.map(({ id }) => (
          <Tab key={id} value={id}>
            {texts.parts[id]}
          </Tab>
        ))}
      </TabList>
      {current && <current.Component />}
    </>
  );
}
