import { tenCheckoutsOfOneCart, twoHundredForFifty } from '../support/races.ts';
import { scenario } from '../support/scenario.ts';

scenario('ten parallel checkouts of one cart: one completed order and one charge', tenCheckoutsOfOneCart);

scenario('200 buyers for 50 pieces: exactly 50 orders complete', twoHundredForFifty, { timeoutMs: 480_000 });
