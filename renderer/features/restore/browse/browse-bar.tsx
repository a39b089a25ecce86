import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { DismissRegular, EyeRegular, HistoryRegular } from '@fluentui/react-icons';
import { MOST_ENTRIES } from '../../../../contracts/browse.ts';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { useFolder, type Entry } from './folder-pages.ts';
import type { Choice } from './choice.ts';
import { DownloadButton } from './download-button.tsx';
import { browseTexts } from './texts.ts';

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
  const isTooMany = choice.size > MOST_ENTRIES;
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
      {mayRestore && !isTooMany && <DownloadButton backupId={backupId} path={path} choice={choice} />}
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
