import type { CartCache } from '../ports.ts';

/** For a process without Redis: every cart is read from the database. */
export const noCache: CartCache = {
  find: async () => undefined,
  begin: () => () => undefined,
  fence: async () => undefined,
  fenceClaim: async () => undefined,
  lift: () => undefined,
};
