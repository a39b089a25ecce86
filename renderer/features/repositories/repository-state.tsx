import { useTexts } from '../../i18n/use-texts.ts';
import type { Repository } from '../../../contracts/repositories.ts';
import { StateWord } from '../../ui/state-word.tsx';
import { repositoryTexts } from './texts.ts';

/** Whether it could be opened when it was last looked at. */
export function RepositoryState({ repository }: { readonly repository: Repository }) {
  const texts = useTexts(repositoryTexts);
  const { problem, checked_at: at } = repository;
  if (problem !== null) return <StateWord state="failed" word={texts.unreachable} title={problem} />;
  if (at === null) return <StateWord state="unknown" word={texts.notLooked} />;
  return <StateWord state="ok" word={texts.reachable} />;
}

export function KitWord({ repository }: { readonly repository: Repository }) {
  const { kitStates } = useTexts(repositoryTexts);
  const { needs } = repository.kit;
  return <StateWord state={needs === null ? 'ok' : 'warning'} word={kitStates[needs ?? 'stored']} />;
}
