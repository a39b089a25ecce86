import { Button } from '@fluentui/react-components';
import { Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useTexts } from '../i18n/use-texts.ts';
import { LoadingState } from '../ui/loading-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { frameTexts } from './frame/texts.ts';
import { PAGES } from './page-list.tsx';
import { PageBoundary } from './page-boundary.tsx';

/** The page that the address names. */
export function Pages() {
  const [path] = useLocation();
  return (
    // A page that broke does not take the next one with it.
    <PageBoundary key={path}>
      <Suspense fallback={<LoadingState />}>
        <Switch>
          {PAGES.map(({ path: own, component }) => (
            <Route key={own} path={own} component={component} />
          ))}
          <Route>
            <NoSuchPage />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

function NoSuchPage() {
  const texts = useTexts(frameTexts);
  const [, navigate] = useLocation();
  return (
    <PageHeader title={texts.noSuchPage} subtitle={texts.noSuchPageHint}>
      <Button appearance="primary" onClick={() => navigate('/')}>
        {texts.toOverview}
      </Button>
    </PageHeader>
  );
}
