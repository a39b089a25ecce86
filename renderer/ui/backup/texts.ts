import { catalogue, counted } from '../../i18n/catalogue.ts';

export const backupTexts = catalogue(
  {
    progress: (name: string) => `Backup of ${name}`,
    waiting: 'Waits for its turn',
    files: (done: string, total: string | null) => (total === null ? `${done} files` : `${done} of ${total} files`),
    left: (duration: string) => `about ${duration} left`,
    cancel: 'Cancel the backup',
    cancelled: 'The backup was cancelled',
    failed: 'The backup failed',
    done: 'The backup is complete',
    doneWarnings: (count: number) =>
      counted(count, 'The backup is complete, with a warning', `The backup is complete, with ${count} warnings`),
    doneFacts: (files: string, bytes: string, stored: string) =>
      `${files} files, ${bytes}; ${stored} of it was new and is stored now.`,
    types: { full: 'Full', incremental: 'Incremental', differential: 'Differential' },
  },
  {
    de: {
      progress: (name) => `Sicherung von ${name}`,
      waiting: 'Wartet, bis sie an der Reihe ist',
      files: (done, total) => (total === null ? `${done} Dateien` : `${done} von ${total} Dateien`),
      left: (duration) => `noch etwa ${duration}`,
      cancel: 'Sicherung abbrechen',
      cancelled: 'Die Sicherung wurde abgebrochen',
      failed: 'Die Sicherung ist fehlgeschlagen',
      done: 'Die Sicherung ist fertig',
      doneWarnings: (count) =>
        counted(
          count,
          'Die Sicherung ist fertig, mit einer Warnung',
          `Die Sicherung ist fertig, mit ${count} Warnungen`,
        ),
      doneFacts: (files, bytes, stored) =>
        `${files} Dateien, ${bytes}; davon waren ${stored} neu und sind jetzt gespeichert.`,
      types: { full: 'Voll', incremental: 'Inkrementell', differential: 'Differenziell' },
    },
  },
);
