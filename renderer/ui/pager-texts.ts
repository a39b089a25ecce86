import { catalogue } from '../i18n/catalogue.ts';

export const pagerTexts = catalogue(
  { newer: 'Newer', older: 'Older', page: (page: number, pages: number) => `Page ${page} of ${pages}` },
  { de: { newer: 'Neuere', older: 'Ältere', page: (page, pages) => `Seite ${page} von ${pages}` } },
);
