import type { Account } from './accounts.ts';

export interface FrontPageOptions {
  readonly temporal: { readonly uiUrl: string | undefined; readonly namespace: string };
  readonly grafanaUrl: string | undefined;
  readonly accounts: readonly Account[];
  /** No proxy is in front, so `/metrics` can be reached. */
  readonly isDirect: boolean;
}
