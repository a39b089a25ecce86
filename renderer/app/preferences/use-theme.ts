import { useSyncExternalStore } from 'react';
import { themeFor, type AppTheme } from './theme.ts';
import { usePreferences } from './use-preferences.ts';

const DARK = '(prefers-color-scheme: dark)';
/** Windows' contrast themes; prefers-contrast alone asks for more of the same colours. */
const FORCED = '(forced-colors: active)';

export function useTheme(): AppTheme {
  const { appearance } = usePreferences();
  return themeFor(appearance, { isDark: useMedia(DARK), wantsContrast: useMedia(FORCED) });
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}
