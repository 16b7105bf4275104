import type { BackofficeMetrics } from '../metrics.ts';
import type { BackofficeRepository } from '../repository/index.ts';

/** What the verbs work with. */
export interface BackofficeDeps {
  readonly repository: BackofficeRepository;
  readonly metrics: BackofficeMetrics;
}
