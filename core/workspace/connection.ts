/**
 * A connection with every reference resolved: what a data process needs to reach one environment.
 *
 * The parent resolves it and sends it in the first message, never in argv or the environment.
 */
export interface ResolvedConnection {
  readonly name: string;
  readonly kafka: { readonly brokers: readonly string[] };
  readonly registry: { readonly url: string } | undefined;
  /** With the password inside: never logged, never shown, never sent to a page. */
  readonly postgres: { readonly url: string } | undefined;
}
