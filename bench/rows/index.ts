import { checkout } from './checkout.ts';
import { cpu } from './cpu.ts';
import { growth } from './growth.ts';
import { hotProduct } from './hot-product.ts';
import { hotUser } from './hot-user.ts';
import { idle } from './idle.ts';
import { login } from './login.ts';
import { memory } from './memory.ts';
import { mixed } from './mixed.ts';
import { processes } from './processes.ts';
import { reads } from './reads.ts';
import { roundTrips } from './round-trips.ts';
import type { Row } from './row.ts';
import { sizing } from './sizing.ts';
import { spike } from './spike.ts';
import { watches } from './watches.ts';

/** All rows, in the order in which they run. Those that use the same platform follow each other; growth comes last. */
export const rows: readonly Row[] = [
  checkout,
  hotProduct,
  hotUser,
  roundTrips,
  login,
  mixed,
  memory,
  watches,
  idle,
  cpu,
  reads,
  spike,
  processes,
  sizing,
  growth,
];
