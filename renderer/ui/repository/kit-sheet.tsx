import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, PrintRegular } from '@fluentui/react-icons';
import type { ShownKit } from '../../../contracts/repositories.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { downloadText, printText } from '../print-text.ts';
import { repositoryFormTexts } from './texts.ts';

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalM, minWidth: 0 },
  text: {
    margin: 0,
    maxHeight: '300px',
    overflow: 'auto',
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

/** A recovery kit, to be printed or saved. */
export function KitSheet({ name, kit }: { readonly name: string; readonly kit: ShownKit }) {
  const styles = useStyles();
  const texts = useTexts(repositoryFormTexts);
  return (
    <div className={styles.root}>
      <Text>{texts.kitHint}</Text>
      <Text weight="semibold">{texts.kitLoses}</Text>
      <pre className={styles.text} tabIndex={0} role="region" aria-label={texts.kitContent}>
        {kit.text}
      </pre>
      <div className={styles.actions}>
        <Button icon={<PrintRegular />} onClick={() => printText(kit.text)}>
          {texts.print}
        </Button>
        <Button icon={<ArrowDownloadRegular />} onClick={() => downloadText(texts.fileName(name), kit.text)}>
          {texts.download}
        </Button>
      </div>
    </div>
  );
}
