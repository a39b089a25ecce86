import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular, DocumentRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { ApiError } from '../../../api/api-error.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { downloadPath } from '../download.ts';
import { nameOf } from '../path-text.ts';
import { PicturePreview } from './picture-preview.tsx';
import { previewQuery } from './preview-query.ts';
import { TextPreview } from './text-preview.tsx';
import { previewTexts } from './texts.ts';

const PdfPreview = lazy(() => import('./pdf-preview.tsx'));

const useStyles = makeStyles({
  surface: { maxWidth: 'min(1100px, 94vw)', width: '94vw' },
  title: { overflowWrap: 'anywhere' },
  content: { height: '66vh', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minHeight: 0 },
});

interface PreviewProps {
  readonly backupId: string;
  readonly path: string;
}

/** A file as it is in a backup: its text, picture or pages; nothing in it is run. */
export function PreviewDialog({ backupId, path, onClose }: PreviewProps & { readonly onClose: () => void }) {
  const styles = useStyles();
  const texts = useTexts(previewTexts);
  const name = nameOf(path);
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle className={styles.title}>{name}</DialogTitle>
          <DialogContent className={styles.content}>
            <Content backupId={backupId} path={path} />
          </DialogContent>
          <DialogActions>
            <Button as="a" icon={<ArrowDownloadRegular />} href={downloadPath(backupId, path)} download={name}>
              {texts.download}
            </Button>
            <Button appearance="primary" autoFocus onClick={onClose}>
              {texts.close}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Content({ backupId, path }: PreviewProps) {
  const texts = useTexts(previewTexts);
  const { data, error, refetch } = useQuery(previewQuery(backupId, path));
  const name = nameOf(path);
  if (error instanceof ApiError && error.code === 'no_preview') {
    return <EmptyState icon={<DocumentRegular />} title={texts.none} hint={error.message} />;
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  if (data.kind === 'text') return <TextPreview name={name} text={data.text} isCut={data.isCut} />;
  if (data.kind === 'image') return <PicturePreview name={name} blob={data.blob} />;
  return (
    <Suspense fallback={<LoadingState />}>
      <PdfPreview name={name} blob={data.blob} />
    </Suspense>
  );
}
