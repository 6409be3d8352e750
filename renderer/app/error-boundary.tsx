/**
 * A page that throws while it renders shows what it threw; the frame and the other pages go on. A page whose script did not
 * load (another build is served, or nobody serves) needs the whole window anew: a browser asks for a script once.
 */
import { RotateCw, Unplug } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailurePanel } from '../ui/states.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override readonly state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error: error ?? new Error('The page failed without a reason.') };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (isScriptFailure(error)) return <ScriptFailure />;
    return (
      <div className="p-4">
        <FailurePanel
          error={error}
          title="This page failed to draw"
          onRetry={() => this.setState({ error: undefined })}
        />
      </div>
    );
  }
}

/** In the words of Chromium, Firefox and Safari. */
const scriptFailures =
  /dynamically imported module|error loading dynamically imported|Importing a module script failed|Unable to preload CSS/;

function isScriptFailure(error: unknown): boolean {
  return error instanceof Error && scriptFailures.test(error.message);
}

function ScriptFailure() {
  return (
    <EmptyState
      icon={Unplug}
      title="This page’s script did not load"
      action={
        <Button look="primary" icon={RotateCw} onClick={() => location.reload()}>
          Load the window again
        </Button>
      }
    >
      Mercury Workbench was started anew with another version, or does not answer. Tabs and what is typed come back.
    </EmptyState>
  );
}
