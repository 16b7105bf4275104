import type { WalletMetrics } from '../metrics.ts';
import type { WalletRepository } from '../repository/index.ts';

/** What the verbs of the wallet work with. */
export interface WalletDeps {
  readonly repository: WalletRepository;
  readonly metrics: WalletMetrics;
  /** Whether users may put money into their own wallets without paying. */
  readonly freeTopUp: boolean;
}
