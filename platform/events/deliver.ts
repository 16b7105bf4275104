import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import { fromPostgresError } from '../errors/from-postgres.ts';
import type { CloudEvent, EventConsumer } from './cloud-event.ts';
import { handleEvent } from './spans.ts';

export interface DeliveryRule {
  /** A bad event is given up after this many failures. */
  readonly maxAttempts: number;
  /** Pause after a failure. It doubles from `min` to `max`. */
  readonly pauseMs: { readonly min: number; readonly max: number };
}

export const deliveryDefaults: DeliveryRule = { maxAttempts: 8, pauseMs: { min: 100, max: 5000 } };

export interface Delivery {
  readonly rule: DeliveryRule;
  /** What brought the event, in the words of OpenTelemetry. */
  readonly system: string;
  /** Aborts the pause between two attempts: `deliver` then throws. */
  readonly signal: AbortSignal;
  /** Called before each further attempt. If it throws, `deliver` throws, and the event is delivered again later. */
  readonly onRetry: (error: unknown, attempt: number) => Promise<void>;
}

export type Outcome = { readonly taken: true } | { readonly taken: false; readonly error: unknown };

/**
 * Whether an error means that the consumer cannot work now, for example because its database is busy or another service
 * is down. Otherwise the event is bad.
 */
export function isTransient(error: unknown): boolean {
  const known = error instanceof AppError ? error : fromPostgresError(error);
  return known !== undefined && known.kind !== 'definitive' && known.code !== 'internal';
}

/**
 * Tries until the event is taken in. Only failures of a bad event count: after `maxAttempts` of them it is given up.
 */
export async function deliver(consumer: EventConsumer, event: CloudEvent, delivery: Delivery): Promise<Outcome> {
  const { maxAttempts, pauseMs } = delivery.rule;
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await handleEvent(consumer, event, delivery.system);
      return { taken: true };
    } catch (error) {
      if (!isTransient(error)) failures += 1;
      if (failures >= maxAttempts) return { taken: false, error };
      await pause(Math.min(pauseMs.min * 2 ** (attempt - 1), pauseMs.max), undefined, { signal: delivery.signal });
      await delivery.onRetry(error, attempt);
    }
  }
}
