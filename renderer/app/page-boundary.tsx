import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/error-state.tsx';

interface State {
  readonly error: Error | null;
}

/** What broke while a page was drawn is said in its place; the frame around it lives on. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    // A new version has other files: the page that is open asks for ones that are gone.
    return <ErrorState error={error} onRetry={() => location.reload()} />;
  }
}
