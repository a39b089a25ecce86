import { languageAmong, LANGUAGES, localeFor, type Language } from '../../i18n/language.ts';

export const APPEARANCES = ['system', 'light', 'dark', 'contrast'] as const;
export type Appearance = (typeof APPEARANCES)[number];

/** What a person chose for this browser. Null: as the system has it. */
export interface Choices {
  readonly appearance: Appearance;
  readonly language: Language | null;
}

export interface Preferences extends Choices {
  readonly language: Language;
  readonly chosenLanguage: Language | null;
  /** For Intl. */
  readonly locale: string;
}

const KEY = 'guardit.preferences';
const DEFAULTS: Choices = { appearance: 'system', language: null };

const listeners = new Set<() => void>();
let current: Preferences | null = null;

export function preferences(): Preferences {
  return (current ??= resolved(stored()));
}

export function choose(change: Partial<Choices>): void {
  const { appearance, chosenLanguage } = preferences();
  const choices = { appearance, language: chosenLanguage, ...change };
  current = resolved(choices);
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

// Another window of the same browser or app has chosen: this one follows.
globalThis.addEventListener?.('storage', ({ key }) => {
  if (key !== KEY && key !== null) return;
  current = resolved(stored());
  tell();
});

export function subscribeToPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function resolved({ appearance, language: chosenLanguage }: Choices): Preferences {
  const language = chosenLanguage ?? languageAmong(navigator.languages);
  return { appearance, language, chosenLanguage, locale: localeFor(language, navigator.languages) };
}

function stored(): Choices {
  try {
    const { appearance, language } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    return {
      appearance: APPEARANCES.find((known) => known === appearance) ?? DEFAULTS.appearance,
      language: LANGUAGES.find((known) => known === language) ?? DEFAULTS.language,
    };
  } catch {
    return DEFAULTS;
  }
}
