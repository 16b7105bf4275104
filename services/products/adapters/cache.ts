import type { Category, Product, ProductPage } from '../domain/types.ts';
import type { CacheTier } from '../metrics.ts';
import type { CatalogCache } from '../ports.ts';
import type { CatalogStore } from './cache-store.ts';

export interface CatalogCacheOptions {
  /** Oldest answer; counted from before the database was asked. 0 turns the cache off. */
  readonly maxAgeMs: number;
  /** Shared among processes, for example on Redis; the cache works without. */
  readonly store?: CatalogStore;
  readonly onRead?: (tier: CacheTier, count: number) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly readAt: number;
  readonly value: Value;
}

/** A read under way, shared by all who ask meanwhile. */
interface Flight<Value> {
  readonly startedAt: number;
  readonly result: Promise<Value>;
}

const maxProducts = 20_000;
const maxPages = 500;

/**
 * Values of one kind with their reads under way. A change drops both, so a read that began before the change is
 * neither shared nor kept after it.
 */
class Shelf<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #flights = new Map<string, Flight<Value | undefined>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, notBefore: number): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.readAt > notBefore ? entry.value : undefined;
  }

  flight(key: string, notBefore: number): Flight<Value | undefined> | undefined {
    const flight = this.#flights.get(key);
    return flight !== undefined && flight.startedAt > notBefore ? flight : undefined;
  }

  depart(key: string, flight: Flight<Value | undefined>): void {
    this.#flights.set(key, flight);
  }

  /** Keeps what a flight brought unless a change came between; tells whether it was kept. */
  land(key: string, flight: Flight<Value | undefined>, entry: Entry<Value> | undefined): boolean {
    if (this.#flights.get(key) !== flight) return false;
    this.#flights.delete(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#limit) this.#dropOldest();
    return true;
  }

  drop(key: string): void {
    this.#entries.delete(key);
    this.#flights.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#flights.clear();
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

/**
 * Three tiers: this process, the shared store, the database. However an answer came here, its age counts from before
 * the database read behind it, so no chain of tiers adds up to more than `maxAgeMs`.
 */
export function createCatalogCache(options: CatalogCacheOptions): CatalogCache {
  const { maxAgeMs, store, onRead, now = Date.now } = options;
  const items = new Shelf<Product>(maxProducts);
  const pages = new Shelf<ProductPage>(maxPages);
  const categories = new Shelf<readonly Category[]>(1);
  // Who joins a flight waits for the rest of it; joining only young ones keeps the answer's age in bounds.
  const joinable = () => now() - maxAgeMs / 2;

  function fetch(productIds: readonly string[], load: Load): Map<string, Flight<Product | undefined>> {
    const startedAt = now();
    const answers = readThrough(productIds, load, startedAt);
    const flights = new Map<string, Flight<Product | undefined>>();
    for (const id of productIds) {
      const flight = { startedAt, result: answers.then((found) => found.get(id)?.value) };
      flights.set(id, flight);
      if (maxAgeMs > 0) items.depart(id, flight);
    }
    // Flights that were overtaken by a change are not kept, here or in the store.
    const landed = answers.then((found) => {
      const kept = [...flights].flatMap(([id, flight]) => {
        const entry = found.get(id);
        return items.land(id, flight, entry) && entry?.fresh === true ? [entry] : [];
      });
      if (kept.length > 0) store?.write(kept, maxAgeMs - (now() - startedAt));
    });
    landed.catch(() => {
      for (const [id, flight] of flights) items.land(id, flight, undefined);
    });
    return flights;
  }

  async function readThrough(
    productIds: readonly string[],
    load: Load,
    startedAt: number,
  ): Promise<Map<string, Found>> {
    const shared = maxAgeMs > 0 && store !== undefined ? await store.read(productIds) : [];
    const found = new Map<string, Found>();
    for (const entry of shared) {
      if (entry.readAt > now() - maxAgeMs) found.set(entry.value.productId, { ...entry, fresh: false });
    }
    onRead?.('redis', found.size);
    const missing = productIds.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const loaded = await load(missing);
    onRead?.('database', loaded.length);
    for (const value of loaded) found.set(value.productId, { readAt: startedAt, value, fresh: true });
    return found;
  }

  /** What is kept in this process alone, and read by one for all who ask meanwhile. */
  async function readWhole<Value>(shelf: Shelf<Value>, key: string, load: () => Promise<Value>): Promise<Value> {
    const known = shelf.get(key, now() - maxAgeMs);
    if (known !== undefined) return known;
    // No await before the flight departs, or all who come at once would each begin one.
    const shared = shelf.flight(key, joinable());
    if (shared !== undefined) return (await shared.result) ?? load();
    const startedAt = now();
    const result = load();
    const flight = { startedAt, result };
    if (maxAgeMs > 0) shelf.depart(key, flight);
    try {
      const value = await result;
      shelf.land(key, flight, { readAt: startedAt, value });
      return value;
    } catch (error) {
      shelf.land(key, flight, undefined);
      throw error;
    }
  }

  return {
    products: async (productIds, load) => {
      const result = new Map<string, Product>();
      const waiting = new Map<string, Flight<Product | undefined>>();
      const missing: string[] = [];
      for (const id of productIds) {
        const known = items.get(id, now() - maxAgeMs);
        const flight = known === undefined ? items.flight(id, joinable()) : undefined;
        if (known !== undefined) result.set(id, known);
        else if (flight !== undefined) waiting.set(id, flight);
        else missing.push(id);
      }
      onRead?.('process', result.size);
      if (missing.length > 0) for (const [id, flight] of fetch(missing, load)) waiting.set(id, flight);
      // All at once: of several that fail, those not yet waited for would be rejections that nobody catches.
      const landed = await Promise.all([...waiting].map(async ([id, flight]) => [id, await flight.result] as const));
      for (const [id, product] of landed) if (product !== undefined) result.set(id, product);
      return result;
    },

    page: (key, load) => readWhole(pages, key, load),
    categories: (load) => readWhole(categories, '', load),

    catalogChanged: (productIds) => {
      pages.clear();
      categories.clear();
      for (const id of productIds) items.drop(id);
      store?.drop(productIds);
    },

    stockChanged: (productIds) => {
      for (const id of productIds) items.drop(id);
      store?.drop(productIds);
    },
  };
}

type Load = (missing: readonly string[]) => Promise<readonly Product[]>;

interface Found extends Entry<Product> {
  /** Came from the database just now. */
  readonly fresh: boolean;
}
