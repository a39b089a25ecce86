import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { Repository } from '../../../contracts/repositories.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { repositoryTexts } from './texts.ts';

const useStyles = makeStyles({ root: { marginBottom: tokens.spacingVerticalM } });

/** Nags until every recovery kit is stored: the one thing that nobody can make up for afterwards. */
export function KitBars(props: {
  readonly repositories: readonly Repository[];
  /** On the repository's own page: what is to be done stands below already. */
  readonly isOwnPage?: boolean;
}) {
  const { repositories, isOwnPage = false } = props;
  const wanting = repositories.filter(({ kit }) => kit.needs !== null);
  return wanting.map((repository) => (
    <KitBar key={repository.repository_id} repository={repository} hasButton={!isOwnPage} />
  ));
}

function KitBar({ repository, hasButton }: { readonly repository: Repository; readonly hasButton: boolean }) {
  const styles = useStyles();
  const texts = useTexts(repositoryTexts);
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const { name, kit } = repository;
  return (
    <MessageBar intent="warning" layout="multiline" className={styles.root}>
      <MessageBarBody>
        <MessageBarTitle>{kit.needs === 'renew' ? texts.kitRenewBar(name) : texts.kitBarOne(name)}</MessageBarTitle>
        {texts.kitBarWhy}
      </MessageBarBody>
      {isAdmin && hasButton && (
        <MessageBarActions>
          <Button onClick={() => navigate(links.repository(repository.repository_id))}>{texts.showKit}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
