import { teamsHighContrastTheme, webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';
import type { Appearance } from './preferences.ts';

/** Ours beside Fluent's: colours of states, on the page's own background, at least 4.5 : 1 for text. */
export interface StateColors {
  readonly ok: string;
  readonly warning: string;
  readonly failed: string;
  readonly overdue: string;
  readonly none: string;
}

const LIGHT: StateColors = {
  ok: '#0e7a0d',
  warning: '#a35b00',
  failed: '#b10e1c',
  overdue: '#8a3ea8',
  none: '#d6d6d6',
};
const DARK: StateColors = { ok: '#54b054', warning: '#f2a33a', failed: '#f1707b', overdue: '#c9a2e4', none: '#4a4a4a' };
const CONTRAST: StateColors = {
  ok: '#3ff23f',
  warning: '#ffff00',
  failed: '#ff8080',
  overdue: '#ee9cff',
  none: '#6d6d6d',
};

export interface AppTheme {
  readonly name: 'light' | 'dark' | 'contrast';
  readonly fluent: Theme;
  readonly states: StateColors;
}

const THEMES: Readonly<Record<AppTheme['name'], AppTheme>> = {
  light: { name: 'light', fluent: webLightTheme, states: LIGHT },
  dark: { name: 'dark', fluent: webDarkTheme, states: DARK },
  contrast: { name: 'contrast', fluent: teamsHighContrastTheme, states: CONTRAST },
};

/** What is to be shown, given what was chosen and what the system wants. */
export function themeFor(
  appearance: Appearance,
  system: { readonly isDark: boolean; readonly wantsContrast: boolean },
): AppTheme {
  if (appearance !== 'system') return THEMES[appearance];
  if (system.wantsContrast) return THEMES.contrast;
  return system.isDark ? THEMES.dark : THEMES.light;
}
