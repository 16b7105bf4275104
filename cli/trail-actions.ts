import { actions } from '../services/backoffice/domain/types.ts';
import { catalogActions } from '../services/products/domain/types.ts';

/** What the command line writes into the audit trail by itself. The names are kept there. */
const operationActions = [
  'products.import',
  'keys.rotate',
  'checkout.cancel',
  'checkout.settle-lost',
  'events.replay',
  'events.resend',
] as const;
export type OperationAction = (typeof operationActions)[number];

/** Every action of the audit trail. */
export const trailActions: readonly string[] = [...new Set([...actions, ...catalogActions, ...operationActions])];
