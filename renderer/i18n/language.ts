/** The languages that the interface speaks. Each catalogue (texts.ts of a feature) has all of them, or does not compile. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first language of the list that we speak; English where there is none. */
export function languageAmong(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-', 1)[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** For Intl: the user's own regional variant of a language, `en-GB`, where there is one. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().split('-', 1)[0] === language) ?? language;
}
