import { z } from 'zod';

const schema = z.object({
  CART_CACHE_SECONDS: z.coerce.number().min(0).max(60).default(10),
  CART_EVENTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
  CART_REQUESTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
});

export interface CartConfig {
  /** How long the cache keeps a cart after it was read from the database or changed. 0 turns the cache off. */
  readonly cacheSeconds: number;
  /** How long the inbox keeps the ids of events: longer than the topic keeps the events. */
  readonly eventsKeptDays: number;
  /** How long a `request_id` is remembered. */
  readonly requestsKeptDays: number;
}

/** Reads the cart service's settings. @throws ZodError that names each bad setting */
export function readCartConfig(env: Readonly<Record<string, string | undefined>>): CartConfig {
  const read = schema.parse(env);
  return {
    cacheSeconds: read.CART_CACHE_SECONDS,
    eventsKeptDays: read.CART_EVENTS_KEPT_DAYS,
    requestsKeptDays: read.CART_REQUESTS_KEPT_DAYS,
  };
}
