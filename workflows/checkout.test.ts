import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab } from './testing/lab.ts';
import type { Lab } from './testing/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

const modes = ['local-first', 'regular'] as const;

test.each(modes)('a checkout takes the goods and the money once and completes the order (%s)', async (activityMode) => {
  const { shop, start } = lab.order();
  const handle = await start({ activityMode });

  expect((await handle.result()).status).toBe('COMPLETED');
  expect(shop).toMatchObject({ claim: 'CLAIMED', reservation: 'COMMITTED', hold: 'CAPTURED', refunded: false });
  const where = activityMode === 'regular' ? '' : '@local';
  expect(shop.attempts.slice(3)).toEqual(['captureFunds', 'commitStock', 'completeOrder'].map((name) => name + where));
  expect(new Set(shop.attempts.slice(0, 3))).toEqual(
    new Set(['claimCart', 'reserveStock', 'holdFunds'].map((name) => name + where)),
  );
});
