import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../../i18n/use-texts.ts';
import { LoadingState } from '../../../ui/loading-state.tsx';
import { drawPage, openPdf } from './pdf-document.ts';
import { previewTexts } from './texts.ts';

const PAGE_WIDTH_PX = 800;
/** DIN A4 and letter, until a page says what it is. */
const USUAL_RATIO = '1 / 1.4';

const useStyles = makeStyles({
  pages: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    display: 'grid',
    justifyItems: 'center',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingVerticalM,
    backgroundColor: tokens.colorNeutralBackground4,
    borderRadius: tokens.borderRadiusMedium,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  page: { width: '100%', maxWidth: `${PAGE_WIDTH_PX}px`, position: 'relative' },
  canvas: { width: '100%', display: 'block', backgroundColor: 'white', boxShadow: tokens.shadow4 },
});

/** A document, page by page; a page is drawn when it comes into sight. */
export default function PdfPreview({ name, blob }: { readonly name: string; readonly blob: Blob }) {
  const styles = useStyles();
  const texts = useTexts(previewTexts);
  const [opened, setOpened] = useState<PDFDocumentProxy | 'bad' | null>(null);
  useEffect(() => {
    let isOver = false;
    const opening = openPdf(blob);
    opening.then(
      (document) => !isOver && setOpened(document),
      () => !isOver && setOpened('bad'),
    );
    return () => {
      isOver = true;
      void opening.then((document) => document.destroy()).catch(() => undefined);
    };
  }, [blob]);
  if (opened === null) return <LoadingState />;
  if (opened === 'bad') return <Text>{texts.badDocument}</Text>;
  return (
    <div className={styles.pages} tabIndex={0} role="region" aria-label={texts.content(name)}>
      {Array.from({ length: opened.numPages }, (_page, index) => (
        <PdfPage key={index} document={opened} number={index + 1} />
      ))}
    </div>
  );
}

function PdfPage({ document, number }: { readonly document: PDFDocumentProxy; readonly number: number }) {
  const styles = useStyles();
  const texts = useTexts(previewTexts);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      drawPage(document, number, element, PAGE_WIDTH_PX).then(setText, () => setText(''));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [document, number]);
  return (
    <div className={styles.page}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={texts.page(number, document.numPages)}
        className={styles.canvas}
        {...(text === null && { style: { aspectRatio: USUAL_RATIO } })}
      />
      {text !== null && text !== '' && <div className="visually-hidden">{text}</div>}
    </div>
  );
}
