import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useTexts } from '../i18n/use-texts.ts';
import { pagerTexts } from './pager-texts.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'flex-end',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingVerticalS,
    fontSize: '13px',
  },
});

/** For lists whose newest entry comes first. `page` from 1. Nothing where one page holds all. */
export function Pager(props: {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}) {
  const { page, pageSize, total, onPage } = props;
  const styles = useStyles();
  const texts = useTexts(pagerTexts);
  const pages = Math.max(1, Math.ceil(total / pageSize));
  if (pages === 1) return null;
  return (
    <div className={styles.root}>
      <span role="status">{texts.page(page, pages)}</span>
      <Button size="small" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        {texts.newer}
      </Button>
      <Button size="small" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        {texts.older}
      </Button>
    </div>
  );
}
