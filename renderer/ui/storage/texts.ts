import { catalogue } from '../../i18n/catalogue.ts';

export const storageTexts = catalogue(
  {
    usage: (name: string) => `${name}: storage used`,
    usedOf: (used: string, capacity: string) => `${used} of ${capacity} used`,
    free: (bytes: string) => `${bytes} free`,
    notMeasured: 'Not measured yet',
    tooEarly: 'a forecast needs three days of figures',
    neverFull: 'does not fill up at this pace',
    years: 'not full for years',
    fullToday: 'full within a day',
    fullIn: (days: number) => (days === 1 ? 'full in about a day' : `full in about ${days} days`),
  },
  {
    de: {
      usage: (name) => `${name}: belegter Speicher`,
      usedOf: (used, capacity) => `${used} von ${capacity} belegt`,
      free: (bytes) => `${bytes} frei`,
      notMeasured: 'Noch nicht gemessen',
      tooEarly: 'für eine Vorhersage fehlen Zahlen von drei Tagen',
      neverFull: 'wird in diesem Tempo nicht voll',
      years: 'auf Jahre hinaus nicht voll',
      fullToday: 'binnen eines Tages voll',
      fullIn: (days) => (days === 1 ? 'in etwa einem Tag voll' : `in etwa ${days} Tagen voll`),
    },
  },
);
