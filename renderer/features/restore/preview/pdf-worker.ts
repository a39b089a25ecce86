/** The thread in which documents are taken apart; a file of the page's own, as its policy demands. */
import 'pdfjs-dist/build/pdf.worker.min.mjs';
