import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { useEffect, type ReactNode } from 'react';
import { usePreferences } from './preferences/use-preferences.ts';
import { useTheme } from './preferences/use-theme.ts';

/** The page's policy lets in only styles that carry the nonce of the answer (main/api/web/page-policy.ts). */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

/** Theme, colours of states, where styles go, and in which language it is read aloud. */
export function Styling({ children }: { readonly children: ReactNode }) {
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <Themed>{children}</Themed>
    </RendererProvider>
  );
}

function Themed({ children }: { readonly children: ReactNode }) {
  const theme = useTheme();
  useEffect(() => {
    const { style, dataset } = document.documentElement;
    dataset['theme'] = theme.name;
    // Native parts follow: scroll bars, date pickers.
    style.colorScheme = theme.name === 'light' ? 'light' : 'dark';
    for (const [state, color] of Object.entries(theme.states)) style.setProperty(`--state-${state}`, color);
  }, [theme]);
  const { language } = usePreferences();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    // No class of ours: what floats above the page (menus, dialogs) gets the same classes, and would cover it. See base.css.
    <FluentProvider theme={theme.fluent}>{children}</FluentProvider>
  );
}
