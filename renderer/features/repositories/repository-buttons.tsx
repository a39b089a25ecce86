import { Button } from '@fluentui/react-components';
import { ArrowLeftRegular, BroomRegular, PlugDisconnectedRegular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Repository } from '../../../contracts/repositories.ts';
import { keys } from '../../api/query-keys.ts';
import { repositoryActions } from '../../api/repository-actions.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { locationText } from './location.ts';
import { repositoryTexts } from './texts.ts';

/** What can be done to a repository as a whole. */
export function RepositoryButtons({ repository }: { readonly repository: Repository }) {
  const texts = useTexts(repositoryTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const mayRun = useMay('admin', 'operator');
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { repository_id: id, name } = repository;
  const prune = useMutation({
    mutationFn: () => repositoryActions.prune(id),
    onSuccess: () => notices.done(texts.pruneStarted),
    onError: (error) => notices.failed(texts.failed, error),
  });
  const disconnect = () =>
    setConfirmation({
      title: texts.disconnectTitle(name),
      content: <Losses repository={repository} />,
      action: texts.disconnectAction,
      act: async () => {
        await repositoryActions.disconnect(id);
        notices.done(texts.disconnected(name));
        navigate(links.repositories);
        client.removeQueries({ queryKey: keys.repository(id) });
        await client.invalidateQueries({ queryKey: keys.repositories });
      },
    });
  return (
    <>
      <Button icon={<ArrowLeftRegular />} onClick={() => navigate(links.repositories)}>
        {texts.back}
      </Button>
      {mayRun && (
        <Button icon={<BroomRegular />} disabled={prune.isPending} onClick={() => prune.mutate()}>
          {texts.prune}
        </Button>
      )}
      {isAdmin && (
        <Button icon={<PlugDisconnectedRegular />} onClick={disconnect}>
          {texts.disconnect}
        </Button>
      )}
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}

/** What goes, and what does not. */
function Losses({ repository }: { readonly repository: Repository }) {
  const texts = useTexts(repositoryTexts);
  return (
    <>
      <p style={{ marginTop: 0 }}>{texts.disconnectLoses}</p>
      <p>{texts.disconnectKeeps(locationText(repository))}</p>
      {repository.kit.needs === 'store' && (
        <p>
          <strong>{texts.disconnectKit}</strong>
        </p>
      )}
    </>
  );
}
