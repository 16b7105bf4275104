import { tenCheckoutsOfOneCart, twoHundredForFifty } from '../support/races.ts';
import { scenario } from '../support/scenario.ts';

scenario('one cart checked out ten times at once: one completed order and one charge', tenCheckoutsOfOneCart);

scenario('200 buyers for a stock of 50: exactly 50 get one', twoHundredForFifty, { timeoutMs: 480_000 });
