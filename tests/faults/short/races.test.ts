import { expect } from 'vitest';
import { tenCheckoutsOfOneCart, twoHundredForFifty } from '../support/races.ts';
import { scenario } from '../support/scenario.ts';

scenario('one cart checked out ten times at once: one completed order and one charge', tenCheckoutsOfOneCart);

scenario(
  '200 buyers for a stock of 50: exactly 50 get one',
  async (run) => {
    const verdict = await twoHundredForFifty(run);
    expect(verdict).toMatchObject({ accepted: 200, completed: 50, failedByReason: { OUT_OF_STOCK: 150 } });
  },
  { timeoutMs: 480_000 },
);
