import { tenCheckoutsOfOneCart } from '../support/races.ts';
import { scenario } from '../support/scenario.ts';

scenario('one cart checked out ten times at once: one completed order and one charge', tenCheckoutsOfOneCart);
