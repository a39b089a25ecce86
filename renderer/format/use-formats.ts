import { usePreferences } from '../app/preferences/use-preferences.ts';
import { formatsOf, type Formats } from './formats.ts';

export function useFormats(): Formats {
  return formatsOf(usePreferences().locale);
}
