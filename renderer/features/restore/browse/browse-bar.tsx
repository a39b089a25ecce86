import {
  Button,
  makeStyles,
  Menu,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular, DismissRegular, EyeRegular, HistoryRegular } from '@fluentui/react-icons';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { downloadPath } from '../download.ts';
import { useFolder, type Entry } from './folder-pages.ts';
import type { Choice } from './choice.ts';
import { browseTexts } from './texts.ts';

/** The API takes no more patterns for one restore. */
const MOST_CHOSEN = 1000;

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '32px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  count: {
    flexGrow: 1,
    color: tokens.colorNeutralForeground2,
    fontSize: '13px',
    paddingLeft: tokens.spacingHorizontalXS,
  },
});

interface BrowseBarProps {
  readonly backupId: string;
  readonly path: string;
  readonly choice: Choice;
  readonly mayRestore: boolean;
  readonly onClear: () => void;
  readonly onShow: (entry: Entry) => void;
  /** Null: the whole folder. */
  readonly onRestore: (paths: readonly string[] | null) => void;
}

/** What can be done with what is chosen, or with the folder where nothing is. */
export function BrowseBar(props: BrowseBarProps) {
  const { backupId, path, choice, mayRestore, onClear, onShow, onRestore } = props;
  const styles = useStyles();
  const texts = useTexts(browseTexts);
  const [only, ...others] = choice.values();
  const single = others.length === 0 ? only : undefined;
  const isTooMany = choice.size > MOST_CHOSEN;
  return (
    <div className={styles.root}>
      <Count {...props} isTooMany={isTooMany} />
      {choice.size > 0 && (
        <Button appearance="subtle" icon={<DismissRegular />} onClick={onClear}>
          {texts.clear}
        </Button>
      )}
      {mayRestore && single?.type === 'file' && (
        <Button appearance="subtle" icon={<EyeRegular />} onClick={() => onShow(single)}>
          {texts.show}
        </Button>
      )}
      {mayRestore && choice.size < 2 && <DownloadButton backupId={backupId} path={path} entry={single} />}
      {mayRestore && (
        <Button
          appearance="primary"
          icon={<HistoryRegular />}
          disabled={isTooMany}
          onClick={() => onRestore(choice.size === 0 ? null : [...choice.keys()])}
        >
          {choice.size > 0 ? texts.restoreChosen : path === '/' ? texts.restoreAll : texts.restoreFolder}
        </Button>
      )}
    </div>
  );
}

function Count({ backupId, path, choice, isTooMany }: BrowseBarProps & { readonly isTooMany: boolean }) {
  const styles = useStyles();
  const texts = useTexts(browseTexts);
  const formats = useFormats();
  const { data } = useFolder({ backupId, path });
  const bytes = [...choice.values()].reduce((sum, { size }) => sum + (size ?? 0), 0);
  const chosen = texts.chosen(choice.size, formats.number(choice.size));
  const words =
    choice.size === 0
      ? data && texts.entries(data.total, formats.number(data.total))
      : bytes === 0
        ? chosen
        : texts.chosenBytes(chosen, formats.bytes(bytes));
  return (
    <Text className={styles.count} role="status">
      {isTooMany ? `${chosen}. ${texts.tooMany}` : words}
    </Text>
  );
}

/** A file as it is; a folder in one of two wrappings. */
function DownloadButton(props: {
  readonly backupId: string;
  readonly path: string;
  readonly entry: Entry | undefined;
}) {
  const { backupId, path, entry } = props;
  const texts = useTexts(browseTexts);
  if (entry?.type === 'file') {
    return (
      <Button
        as="a"
        appearance="subtle"
        icon={<ArrowDownloadRegular />}
        href={downloadPath(backupId, entry.path)}
        download={entry.name}
      >
        {texts.download}
      </Button>
    );
  }
  if (entry && entry.type !== 'dir') return null;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<ArrowDownloadRegular />}>
          {texts.download}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {(['zip', 'tar'] as const).map((format) => (
            <MenuItemLink key={format} href={downloadPath(backupId, entry?.path ?? path, format)} download="">
              {texts.downloadAs[format]}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
