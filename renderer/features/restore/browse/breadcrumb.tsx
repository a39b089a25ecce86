import {
  Breadcrumb,
  BreadcrumbButton,
  BreadcrumbDivider,
  BreadcrumbItem,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { Fragment } from 'react';
import { useTexts } from '../../../i18n/use-texts.ts';
import { partsOf } from '../path-text.ts';
import { browseTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { minWidth: 0, '& ol': { flexWrap: 'wrap' } },
  name: { maxWidth: '260px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'pre' },
  current: { fontWeight: tokens.fontWeightSemibold },
});

/** Where one is in a backup, and the way up. */
export function FolderPath({ path, onOpen }: { readonly path: string; readonly onOpen: (path: string) => void }) {
  const styles = useStyles();
  const texts = useTexts(browseTexts);
  const parts = [{ name: texts.root, path: '/' }, ...partsOf(path)];
  return (
    <Breadcrumb className={styles.root} aria-label={texts.here} size="small">
      {parts.map((part, at) => (
        <Fragment key={part.path}>
          {at > 0 && <BreadcrumbDivider />}
          <BreadcrumbItem>
            <BreadcrumbButton current={at === parts.length - 1} onClick={() => onOpen(part.path)}>
              <span className={styles.name} title={part.name}>
                {part.name}
              </span>
            </BreadcrumbButton>
          </BreadcrumbItem>
        </Fragment>
      ))}
    </Breadcrumb>
  );
}
