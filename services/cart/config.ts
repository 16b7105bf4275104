import { z } from 'zod';
import type { FormerNames } from '../../platform/config/former-names.ts';

export const cartFormerNames: FormerNames = {};

const schema = z.object({
  CART_CACHE_SECONDS: z.coerce.number().min(0).max(60).default(10),
  CART_EVENTS_KEPT_DAYS: z.coerce.number().int().min(1).default(30),
});

export interface CartConfig {
  /** How long a cart is kept in Redis after it was last read or changed; 0 for not at all. */
  readonly cacheSeconds: number;
  /** How long the ids of events taken in are kept: longer than the topic keeps the events. */
  readonly eventsKeptDays: number;
}

/** @throws ZodError naming every setting that can't be read. */
export function readCartConfig(env: Readonly<Record<string, string | undefined>>): CartConfig {
  const read = schema.parse(env);
  return { cacheSeconds: read.CART_CACHE_SECONDS, eventsKeptDays: read.CART_EVENTS_KEPT_DAYS };
}
