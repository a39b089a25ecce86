import { makeStyles, mergeClasses, tokens, useArrowNavigationGroup } from '@fluentui/react-components';
import { DocumentRegular, FolderFilled, LinkRegular, QuestionRegular } from '@fluentui/react-icons';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { Panel } from '../../../ui/panel.tsx';
import { nameOf, parentOf, partsOf } from '../path-text.ts';
import type { SearchHit } from '../queries.ts';
import { fileTexts } from './texts.ts';

const ICONS = { file: DocumentRegular, dir: FolderFilled, symlink: LinkRegular, other: QuestionRegular } as const;

const useStyles = makeStyles({
  list: { margin: 0, padding: `0 0 ${tokens.spacingVerticalS}`, maxHeight: '62vh', overflowY: 'auto' },
  item: { listStyleType: 'none' },
  hit: {
    width: '100%',
    display: 'grid',
    gridTemplateColumns: '24px minmax(0, 1fr) auto',
    columnGap: tokens.spacingHorizontalS,
    alignItems: 'center',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    border: 'none',
    background: 'none',
    font: 'inherit',
    fontSize: '13px',
    lineHeight: '18px',
    color: 'inherit',
    textAlign: 'start',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  icon: { fontSize: '20px', display: 'inline-flex', color: tokens.colorNeutralForeground2 },
  folderIcon: { color: tokens.colorPaletteMarigoldBorderActive },
  text: { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'pre' },
  name: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2 },
  facts: { color: tokens.colorNeutralForeground2, textAlign: 'right', whiteSpace: 'nowrap' },
});

interface SearchHitsProps {
  readonly hits: readonly SearchHit[];
  readonly hasMore: boolean;
  readonly chosen: string | null;
  readonly onChoose: (path: string) => void;
}

/** What was found, the best first. Arrows go through it. */
export function SearchHits({ hits, hasMore, chosen, onChoose }: SearchHitsProps) {
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const formats = useFormats();
  const arrows = useArrowNavigationGroup({ axis: 'vertical' });
  const count = formats.number(hits.length);
  return (
    <Panel title={texts.results} flush aside={<span role="status">{texts.found(hits.length, count)}</span>}>
      <ul className={styles.list} {...arrows} aria-label={texts.results}>
        {hits.map((hit) => (
          <li key={hit.path} className={styles.item}>
            <Hit hit={hit} isChosen={hit.path === chosen} onChoose={onChoose} />
          </li>
        ))}
        {hasMore && <li className={mergeClasses(styles.item, styles.hit, styles.quiet)}>{texts.more(count)}</li>}
      </ul>
    </Panel>
  );
}

function Hit(props: {
  readonly hit: SearchHit;
  readonly isChosen: boolean;
  readonly onChoose: (path: string) => void;
}) {
  const { hit, isChosen, onChoose } = props;
  const styles = useStyles();
  const texts = useTexts(fileTexts);
  const formats = useFormats();
  const Icon = ICONS[hit.type];
  const folder = `/${partsOf(parentOf(hit.path) ?? '/')
    .map(({ name }) => name)
    .join('/')}`;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      className={mergeClasses(styles.hit, isChosen && styles.chosen)}
      title={hit.path}
      onClick={() => onChoose(hit.path)}
    >
      <span className={mergeClasses(styles.icon, hit.type === 'dir' && styles.folderIcon)} aria-hidden>
        <Icon />
      </span>
      <span>
        <span className={mergeClasses(styles.text, styles.name)}>{nameOf(hit.path)}</span>
        <span className={mergeClasses(styles.text, styles.quiet)}>{folder}</span>
      </span>
      <span className={styles.facts}>
        {[hit.size === null ? null : formats.bytes(hit.size), texts.versions(hit.versions)]
          .filter((fact) => fact !== null)
          .join(' · ')}
        <br />
        {hit.present ? formats.date(hit.last_seen) : texts.gone}
      </span>
    </button>
  );
}
