import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import { fromPostgresError } from '../errors/from-postgres.ts';
import type { CloudEvent, EventConsumer } from './cloud-event.ts';

export interface DeliveryRule {
  /** A bad event is given up after this many attempts. */
  readonly maxAttempts: number;
  /** Pause after a failure, doubling from the first to the last. */
  readonly pauseMs: { readonly min: number; readonly max: number };
}

export const deliveryDefaults: DeliveryRule = { maxAttempts: 8, pauseMs: { min: 100, max: 5000 } };

export interface Delivery {
  readonly rule: DeliveryRule;
  /** Ends the waiting between attempts, with a throw. */
  readonly signal: AbortSignal;
  /** Called before each further attempt; a throw ends the delivery, undecided. */
  readonly onRetry: (error: unknown, attempt: number) => Promise<void>;
}

export type Outcome = { readonly taken: true } | { readonly taken: false; readonly error: unknown };

/**
 * Whether an error says that the consumer can't work now (its database is away, busy, a peer is down), rather than
 * that the event is bad.
 */
export function isTransient(error: unknown): boolean {
  const known = error instanceof AppError ? error : fromPostgresError(error);
  return known !== undefined && known.kind !== 'definitive' && known.code !== 'internal';
}

/** Tries until the event is taken in. Only failures that are the event's own count, and end it after `maxAttempts`. */
export async function deliver(consumer: EventConsumer, event: CloudEvent, delivery: Delivery): Promise<Outcome> {
  const { maxAttempts, pauseMs } = delivery.rule;
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await consumer.handle(event);
      return { taken: true };
    } catch (error) {
      if (!isTransient(error)) failures += 1;
      if (failures >= maxAttempts) return { taken: false, error };
      await pause(Math.min(pauseMs.min * 2 ** (attempt - 1), pauseMs.max), undefined, { signal: delivery.signal });
      await delivery.onRetry(error, attempt);
    }
  }
}
