import type { Account } from './accounts.ts';

export interface FrontPageOptions {
  readonly temporal: { readonly uiUrl: string | undefined; readonly namespace: string };
  readonly grafanaUrl: string | undefined;
  readonly accounts: readonly Account[];
  /** Whether users may put money into their own wallets; undefined if another process decides on that. */
  readonly freeTopUp: boolean | undefined;
  /** No proxy is in front, so `/metrics` can be reached. */
  readonly isDirect: boolean;
}
