import { usePreferences } from '../app/preferences/use-preferences.ts';
import type { Catalogue } from './catalogue.ts';

/** The strings of a catalogue in the user's language. */
export function useTexts<Original>(texts: Catalogue<Original>): Catalogue<Original>['en'] {
  return texts[usePreferences().language];
}
