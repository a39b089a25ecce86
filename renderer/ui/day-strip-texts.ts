import { catalogue } from '../i18n/catalogue.ts';

export const stripTexts = catalogue(
  {
    summary: (name: string, ok: number, bad: number) => `${name}: of the last 30 days ${ok} went well, ${bad} did not`,
    dayIs: (date: string, what: string) => `${date}: ${what}`,
    kinds: { ok: 'OK', warning: 'with warnings', failed: 'failed', overdue: 'overdue', none: 'no run' },
  },
  {
    de: {
      summary: (name, ok, bad) => `${name}: von den letzten 30 Tagen gingen ${ok} gut, ${bad} nicht`,
      dayIs: (date, what) => `${date}: ${what}`,
      kinds: {
        ok: 'in Ordnung',
        warning: 'mit Warnungen',
        failed: 'fehlgeschlagen',
        overdue: 'überfällig',
        none: 'kein Lauf',
      },
    },
  },
);
