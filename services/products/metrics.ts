import { Counter, type Registry } from 'prom-client';

const reservationOutcomes = [
  'reserved',
  'repeated',
  'committed',
  'retaken',
  'refused',
  'released',
  'expired',
  'restocked',
] as const;
type ReservationOutcome = (typeof reservationOutcomes)[number];
const cacheTiers = ['process', 'redis', 'database'] as const;
export type CacheTier = (typeof cacheTiers)[number];

export interface ProductsMetrics {
  readonly reserved: (pieces: number) => void;
  readonly reservation: (outcome: ReservationOutcome, count?: number) => void;
  readonly read: (tier: CacheTier, count: number) => void;
}

/** The metrics of the products service. */
export function createProductsMetrics(registry: Registry): ProductsMetrics {
  const pieces = new Counter({
    name: 'products_stock_reserved_total',
    help: 'Pieces set aside for orders',
    registers: [registry],
  });
  const outcomes = new Counter({
    name: 'products_reservations_total',
    help: 'Calls on reservations, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const reads = new Counter({
    name: 'products_cache_reads_total',
    help: 'Products read, by the tier that had them',
    labelNames: ['tier'],
    registers: [registry],
  });
  for (const outcome of reservationOutcomes) outcomes.inc({ outcome }, 0);
  for (const tier of cacheTiers) reads.inc({ tier }, 0);
  return {
    reserved: (count) => pieces.inc(count),
    reservation: (outcome, count = 1) => outcomes.inc({ outcome }, count),
    read: (tier, count) => reads.inc({ tier }, count),
  };
}
