import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { meQuery } from './api/session.ts';
import { App } from './app/app.tsx';
import { overviewQuery } from './features/overview/queries.ts';

const client = createQueryClient();
// Asked for before anything is drawn: the first page is what people wait for. Nobody logged in is no mistake here.
void client.prefetchQuery(meQuery);
if (location.pathname === '/' && ['', '#/'].includes(location.hash)) {
  void client.prefetchQuery(overviewQuery);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
