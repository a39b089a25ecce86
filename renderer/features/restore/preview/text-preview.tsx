import { makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useFormats } from '../../../format/use-formats.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { previewTexts } from './texts.ts';

const useStyles = makeStyles({
  text: {
    flexGrow: 1,
    minHeight: 0,
    overflow: 'auto',
    margin: 0,
    padding: tokens.spacingVerticalM,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    tabSize: 4,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
});

/** Text as it stands in the file, HTML included: it is shown, not run. */
export function TextPreview(props: { readonly name: string; readonly text: string; readonly isCut: boolean }) {
  const { name, text, isCut } = props;
  const styles = useStyles();
  const texts = useTexts(previewTexts);
  const formats = useFormats();
  if (text === '') return <Text>{texts.empty}</Text>;
  return (
    <>
      {isCut && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{texts.truncated(formats.bytes(new TextEncoder().encode(text).length))}</MessageBarBody>
        </MessageBar>
      )}
      <pre className={styles.text} tabIndex={0} role="region" aria-label={texts.content(name)}>
        {text}
      </pre>
    </>
  );
}
