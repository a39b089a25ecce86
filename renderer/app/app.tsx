import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { AppFrame } from './frame/app-frame.tsx';
import { LiveUpdates } from './live/live-updates.tsx';
import { Pages } from './pages.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { Styling } from './styling.tsx';

export function App({ client }: { readonly client: QueryClient }) {
  return (
    <Styling>
      <QueryClientProvider client={client}>
        <SessionGate>
          <LiveUpdates>
            <AppFrame>
              <Pages />
            </AppFrame>
          </LiveUpdates>
        </SessionGate>
      </QueryClientProvider>
    </Styling>
  );
}
