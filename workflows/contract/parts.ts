import type { Activities, AttemptActivities } from './checkout.ts';

/** The service that each activity calls. */
export const servicesOfSteps = {
  claimCart: 'cart',
  releaseClaim: 'cart',
  reserveStock: 'products',
  commitStock: 'products',
  releaseStock: 'products',
  restock: 'products',
  holdFunds: 'wallet',
  captureFunds: 'wallet',
  voidHold: 'wallet',
  refundFunds: 'wallet',
  completeOrder: 'order',
  failOrder: 'order',
  cancelOrder: 'order',
  readOrder: 'order',
  attemptCheckout: 'worker',
} as const satisfies Record<keyof Activities | keyof AttemptActivities, string>;

/** What the progress of a checkout calls each step, by its activity. */
export const namesOfSteps = {
  claimCart: 'claim the cart',
  reserveStock: 'reserve stock',
  holdFunds: 'hold funds',
  captureFunds: 'capture funds',
  commitStock: 'commit stock',
  completeOrder: 'complete the order',
  voidHold: 'void the hold',
  releaseStock: 'release stock',
  releaseClaim: 'release the cart',
  refundFunds: 'refund',
  restock: 'restock',
  failOrder: 'fail the order',
  cancelOrder: 'cancel the order',
} as const satisfies Record<Exclude<keyof Activities, 'readOrder'>, string>;

/** The service that an activity calls; empty for an activity that is none of a checkout's. */
export function serviceOfStep(step: string): string {
  return step in servicesOfSteps ? servicesOfSteps[step as keyof typeof servicesOfSteps] : '';
}
