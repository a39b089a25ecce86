import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';

/**
 * Opens a document that nobody vouches for. Drawn on a canvas by a script of ours, it can do nothing: its own scripts are not
 * run, its links lead nowhere, and no plugin of the browser ever sees it.
 */
export async function openPdf(blob: Blob): Promise<PDFDocumentProxy> {
  GlobalWorkerOptions.workerPort ??= new Worker(new URL('./pdf-worker.ts', import.meta.url), { type: 'module' });
  const data = new Uint8Array(await blob.arrayBuffer());
  return getDocument({
    data,
    isEvalSupported: false,
    enableXfa: false,
    // The page's policy knows no WebAssembly and no foreign fonts: glyphs are drawn as outlines.
    useWasm: false,
    useWorkerFetch: false,
    disableFontFace: true,
  }).promise;
}

/** Draws a page as wide as the canvas is, in the pixels of the screen. Gives its text, for who can't see it. */
export async function drawPage(
  document: PDFDocumentProxy,
  number: number,
  canvas: HTMLCanvasElement,
  widthPx: number,
): Promise<string> {
  const page = await document.getPage(number);
  const plain = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: (widthPx / plain.width) * devicePixelRatio });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
  const { items } = await page.getTextContent();
  return items.map((item) => ('str' in item ? item.str : '')).join(' ');
}
