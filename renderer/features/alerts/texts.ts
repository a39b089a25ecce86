import { catalogue } from '../../i18n/catalogue.ts';

export const alertTexts = catalogue(
  {
    title: 'Alerts',
    subtitle: 'What is wrong right now. It goes away by itself when it is mended.',
    nothing: 'Nothing is wrong',
    nothingHint: 'A task that fails, falls silent or hangs is listed here at once.',
  },
  {
    de: {
      title: 'Alarme',
      subtitle: 'Was gerade nicht in Ordnung ist. Was behoben ist, verschwindet von selbst.',
      nothing: 'Alles ist in Ordnung',
      nothingHint: 'Eine Aufgabe, die fehlschlägt, verstummt oder hängt, steht sofort hier.',
    },
  },
);
