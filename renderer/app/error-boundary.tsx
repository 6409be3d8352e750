/** A page that throws while it renders shows what it threw; the frame and the other pages go on. */
import { Component, type ReactNode } from 'react';
import { FailurePanel } from '../ui/states.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override readonly state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error: error ?? new Error('The page failed without a reason.') };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="p-4">
        <FailurePanel
          error={this.state.error}
          title="This page failed to draw"
          onRetry={() => this.setState({ error: undefined })}
        />
      </div>
    );
  }
}
