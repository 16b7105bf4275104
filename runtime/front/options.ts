import type { Account } from './accounts.ts';
import type { Elsewhere } from './health.ts';

export interface FrontPageOptions {
  readonly temporal: { readonly uiUrl: string | undefined; readonly namespace: string };
  readonly grafanaUrl: string | undefined;
  readonly accounts: readonly Account[];
  /** Whether users may put money into their own wallets; undefined if another process decides on that. */
  readonly freeTopUp: boolean | undefined;
  /** Asks the processes that host the other roles. */
  readonly elsewhere: () => Promise<Elsewhere>;
  /** No proxy is in front, so `/metrics` can be reached. */
  readonly isDirect: boolean;
}
