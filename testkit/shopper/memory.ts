import type { NoAnswer } from './api-client.ts';

/** One purchase: all requests with one request id, and their answers. */
export interface Purchase {
  readonly requestId: string;
  /** A UUID. Undefined until an answer names it. */
  orderId?: string;
  /** True if a cancel was answered with success. */
  cancelled?: boolean;
}

/** What the clients of a run saw. It contains only their own answers, so it can be compared with the platform's data. */
export interface Memory {
  readonly purchases: readonly Purchase[];
  /** Descriptions of answers that no client may ever get. */
  readonly contradictions: readonly string[];
  /** Number of attempts without an answer, or whose answer asked for another try, by status. */
  readonly unanswered: ReadonlyMap<string, number>;
  begin(requestId: string): Purchase;
  /** Records a 200 or 202 for this purchase. */
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
