import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownKit } from '../../../contracts/repositories.ts';
import { repositoryActions } from '../../api/repository-actions.ts';
import { keys } from '../../api/query-keys.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../notices.tsx';
import { KitSheet } from './kit-sheet.tsx';
import { repositoryFormTexts } from './texts.ts';

const useStyles = makeStyles({
  surface: { maxWidth: '720px' },
  content: { display: 'grid', gap: tokens.spacingVerticalM },
});

export interface KitToShow {
  readonly repositoryId: string;
  readonly name: string;
  readonly kit: ShownKit;
}

/** Shows a kit this once. It closes by its buttons only: a click beside it would lose it. */
export function KitDialog({ shown, onClose }: { readonly shown: KitToShow; readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  const notices = useNotices();
  const confirm = useConfirmKit(shown.repositoryId);
  const [isStored, setStored] = useState(false);
  return (
    <Dialog open modalType="alert">
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{texts.kitTitle(shown.name)}</DialogTitle>
          <DialogContent className={styles.content}>
            <KitSheet name={shown.name} kit={shown.kit} />
            <Checkbox
              label={texts.stored}
              checked={isStored}
              onChange={(_event, { checked }) => setStored(checked === true)}
            />
          </DialogContent>
          <DialogActions>
            <Button title={texts.laterHint} onClick={onClose}>
              {texts.later}
            </Button>
            <Button
              appearance="primary"
              disabled={!isStored || confirm.isPending}
              onClick={() =>
                confirm.mutate(undefined, {
                  onSuccess: () => {
                    notices.done(texts.confirmed);
                    onClose();
                  },
                  onError: (error) => notices.failed(texts.confirm, error),
                })
              }
            >
              {texts.confirm}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Says that a repository's newest kit is stored. */
export function useConfirmKit(repositoryId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => repositoryActions.confirmKit(repositoryId),
    onSuccess: () =>
      Promise.all([keys.repositories, keys.targets].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
