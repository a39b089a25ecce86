import { catalogue, counted } from '../../i18n/catalogue.ts';

export const auditTexts = catalogue(
  {
    title: 'Audit',
    subtitle: 'Every change and every restore: who, from where, what.',
    nothing: 'Nothing matches',
    actor: 'Who',
    action: 'Action, as task.created',
    object: 'What, as task:prod-01-db',
    columns: { at: 'Time', actor: 'Who', from: 'From', action: 'Action', object: 'What', details: 'Details' },
    entries: (count: number) => counted(count, '1 entry', `${count} entries`),
    kinds: {
      user: 'User',
      key: 'Key',
      run: 'Script',
      loopback: 'Local program',
      system: 'GuardIT',
      nobody: 'Nobody known',
    },
  },
  {
    de: {
      title: 'Prüfprotokoll',
      subtitle: 'Jede Änderung und jede Wiederherstellung: wer, von wo, was.',
      nothing: 'Nichts passt',
      actor: 'Wer',
      action: 'Handlung',
      object: 'Was: task:db-01',
      columns: { at: 'Zeit', actor: 'Wer', from: 'Von', action: 'Handlung', object: 'Was', details: 'Einzelheiten' },
      entries: (count) => counted(count, '1 Eintrag', `${count} Einträge`),
      kinds: {
        user: 'Benutzer',
        key: 'Schlüssel',
        run: 'Skript',
        loopback: 'Lokales Programm',
        system: 'GuardIT',
        nobody: 'Unbekannt',
      },
    },
  },
);
