import type { NoAnswer } from './door.ts';

/** One wish to buy: all that was sent with one request id, and all that was answered. */
export interface Purchase {
  readonly requestId: string;
  /** UUID; unset while no answer came. */
  orderId?: string;
  /** A cancel was answered with success. */
  cancelled?: boolean;
}

/** What the clients saw; nothing in it comes from anywhere else. */
export interface Memory {
  readonly purchases: readonly Purchase[];
  /** Things that no client may ever see, in words. */
  readonly contradictions: readonly string[];
  /** Answers that told to try again, or none, by status. */
  readonly unanswered: ReadonlyMap<string, number>;
  begin(requestId: string): Purchase;
  /** A 200 or 202 for this wish. */
  accepted(purchase: Purchase, orderId: string): void;
  noAnswer(error: NoAnswer): void;
}

export function createMemory(): Memory {
  const purchases: Purchase[] = [];
  const contradictions: string[] = [];
  const unanswered = new Map<string, number>();
  return {
    purchases,
    contradictions,
    unanswered,
    begin(requestId) {
      const purchase: Purchase = { requestId };
      purchases.push(purchase);
      return purchase;
    },
    accepted(purchase, orderId) {
      if (purchase.orderId !== undefined && purchase.orderId !== orderId) {
        contradictions.push(`request ${purchase.requestId} made two orders, ${purchase.orderId} and ${orderId}`);
      }
      purchase.orderId = orderId;
    },
    noAnswer: ({ status, message }) => {
      unanswered.set(status, (unanswered.get(status) ?? 0) + 1);
      if (status === '500') contradictions.push(`the answer was an internal error: ${message}`);
    },
  };
}
