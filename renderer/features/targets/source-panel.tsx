import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { TargetView } from '../../../contracts/targets.ts';
import { repositoriesQuery } from '../../api/protection-queries.ts';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { Facts } from '../../ui/facts.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { retentionSummary } from '../../ui/retention/retention-summary.ts';
import { retentionTexts } from '../../ui/retention/texts.ts';
import { targetTexts } from './texts.ts';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', fontFamily: tokens.fontFamilyMonospace, fontSize: '13px' },
});

/** What is backed up, where to and for how long. */
export function SourcePanel({ target }: { readonly target: TargetView }) {
  const texts = useTexts(targetTexts);
  const words = useTexts(retentionTexts);
  const { data } = useQuery(repositoriesQuery);
  const { config, repository_id: repositoryId } = target;
  const paths = Array.isArray(config['paths']) ? config['paths'] : [config['path']];
  const excludes = Array.isArray(config['excludes']) ? config['excludes'] : [];
  const repository = data?.repositories.find(({ repository_id: id }) => id === repositoryId);
  return (
    <Panel title={texts.source}>
      <Facts
        facts={[
          [texts.paths, <Lines key="paths" lines={paths} />],
          [texts.excludes, excludes.length === 0 ? null : <Lines key="excludes" lines={excludes} />],
          [texts.retention, retentionSummary(target.retention, words)],
          [
            texts.repository,
            <PageLink key="repository" to={links.repository(repositoryId)}>
              {repository?.name ?? repositoryId}
            </PageLink>,
          ],
        ]}
      />
    </Panel>
  );
}

function Lines({ lines }: { readonly lines: readonly unknown[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {lines.map((line) => (
        <li key={String(line)}>{String(line)}</li>
      ))}
    </ul>
  );
}
