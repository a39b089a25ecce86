import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ConnectionTest } from '../../ui/repository/connection-test.tsx';
import { KitDialog } from '../../ui/repository/kit-dialog.tsx';
import type { MadeRepository } from '../../ui/repository/repository-draft.ts';
import { RepositoryForm } from '../../ui/repository/repository-form.tsx';
import { repositoryFormTexts } from '../../ui/repository/texts.ts';
import { uiTexts } from '../../ui/texts.ts';
import { repositoryTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { maxWidth: '760px' },
  made: { display: 'grid', gap: tokens.spacingVerticalM, justifyItems: 'start' },
});

/** Makes a repository or connects one; then its kit, and what the test of its connection said. */
export default function NewRepositoryPage() {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const words = useTexts(uiTexts);
  const [, navigate] = useLocation();
  const [made, setMade] = useState<MadeRepository | null>(null);
  const [isKitShown, setKitShown] = useState(true);
  return (
    <div className={styles.root}>
      <PageHeader title={made?.repository.name ?? texts.addTitle} subtitle={texts.addSubtitle} />
      {!made && (
        <Panel title={texts.columns.location}>
          <RepositoryForm onMade={setMade}>
            <Button onClick={() => navigate(links.repositories)}>{words.cancel}</Button>
          </RepositoryForm>
        </Panel>
      )}
      {made && <Made made={made} />}
      {made?.kit && isKitShown && (
        <KitDialog
          shown={{ repositoryId: made.repository.repository_id, name: made.repository.name, kit: made.kit }}
          onClose={() => setKitShown(false)}
        />
      )}
    </div>
  );
}

function Made({ made }: { readonly made: MadeRepository }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const words = useTexts(repositoryFormTexts);
  const [, navigate] = useLocation();
  const { repository, test } = made;
  return (
    <Panel title={words.testTitle}>
      <div className={styles.made}>
        {'snapshots' in repository && (
          <MessageBar intent="success">
            <MessageBarBody>{words.found(repository.snapshots, repository.adopted)}</MessageBarBody>
          </MessageBar>
        )}
        <ConnectionTest repositoryId={repository.repository_id} first={test} />
        <Button appearance="primary" onClick={() => navigate(links.repository(repository.repository_id))}>
          {texts.showKit}
        </Button>
      </div>
    </Panel>
  );
}
