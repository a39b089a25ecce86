import { useSyncExternalStore } from 'react';
import { preferences, subscribeToPreferences, type Preferences } from './preferences.ts';

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribeToPreferences, preferences);
}
