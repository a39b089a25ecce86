import { catalogue } from '../../../i18n/catalogue.ts';

export const previewTexts = catalogue(
  {
    truncated: (shown: string) => `Only the first ${shown} are shown. Download the file for all of it.`,
    none: 'This file cannot be shown here',
    download: 'Download',
    close: 'Close',
    content: (name: string) => `Content of ${name}`,
    picture: (name: string) => `Picture ${name}`,
    page: (number: number, count: number) => `Page ${number} of ${count}`,
    badPicture: 'The picture is damaged, or of a kind that this browser does not know.',
    badDocument: 'The document is damaged, or asks for a password.',
    empty: 'The file is empty.',
  },
  {
    de: {
      truncated: (shown) => `Nur die ersten ${shown} werden gezeigt. Laden Sie die Datei für den Rest herunter.`,
      none: 'Diese Datei kann hier nicht angezeigt werden',
      download: 'Herunterladen',
      close: 'Schließen',
      content: (name) => `Inhalt von ${name}`,
      picture: (name) => `Bild ${name}`,
      page: (number, count) => `Seite ${number} von ${count}`,
      badPicture: 'Das Bild ist beschädigt oder von einer Art, die dieser Browser nicht kennt.',
      badDocument: 'Das Dokument ist beschädigt oder verlangt ein Kennwort.',
      empty: 'Die Datei ist leer.',
    },
  },
);
