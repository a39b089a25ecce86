import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { Router } from 'wouter';
import { isDesktop } from './desktop.ts';
import { useDesktopLocation } from './desktop-location.ts';
import { AppFrame } from './frame/app-frame.tsx';
import { LiveUpdates } from './live/live-updates.tsx';
import { Pages } from './pages.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { Styling } from './styling.tsx';

/** Addresses in a browser are paths of the service; in the desktop app they stand behind the `#`. */
const ROUTING = isDesktop ? { hook: useDesktopLocation } : {};

export function App({ client }: { readonly client: QueryClient }) {
  return (
    <Styling>
      <QueryClientProvider client={client}>
        <Router {...ROUTING}>
          <SessionGate>
            <LiveUpdates>
              <AppFrame>
                <Pages />
              </AppFrame>
            </LiveUpdates>
          </SessionGate>
        </Router>
      </QueryClientProvider>
    </Styling>
  );
}
