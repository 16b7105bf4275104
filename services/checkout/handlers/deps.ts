import type { Logger } from 'pino';
import type { StartCheckoutDeps } from '../domain/start-checkout.ts';
import type { Checkouts } from '../ports.ts';

/** What the RPCs need between them. */
export interface CheckoutHandlerDeps extends StartCheckoutDeps {
  readonly checkouts: Checkouts;
  readonly logger: Logger;
}
