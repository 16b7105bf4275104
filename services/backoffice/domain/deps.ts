import type { Logger } from 'pino';
import type { BackofficeMetrics } from '../metrics.ts';
import type { CatalogChanges, OrderRecords, Refunds, Users, Wallets } from '../ports.ts';
import type { BackofficeRepository } from '../repository/index.ts';

/** What the verbs work with. */
export interface BackofficeDeps {
  readonly repository: BackofficeRepository;
  readonly wallets: Wallets;
  readonly users: Users;
  readonly records: OrderRecords;
  readonly refunds: Refunds;
  readonly catalogChanges: CatalogChanges;
  readonly metrics: BackofficeMetrics;
  readonly logger: Logger;
}
