import type { Category, Product, ProductPage } from '../domain/types.ts';
import type { CacheTier } from '../metrics.ts';
import type { CatalogCache } from '../ports.ts';
import type { CatalogStore, StoreAnswer } from './cache-store.ts';

export interface CatalogCacheOptions {
  /** No answer is older, counted from the begin of its read of the database. 0 turns the cache off. */
  readonly maxAgeMs: number;
  /** Shared by processes, for example on Redis. The cache works without it. */
  readonly store?: CatalogStore;
  readonly onRead?: (tier: CacheTier, count: number) => void;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly readAt: number;
  readonly value: Value;
}

/** A read that is under way. Callers that ask for the same key meanwhile share it. */
interface PendingRead<Value> {
  readonly startedAt: number;
  readonly result: Promise<Value>;
}

const maxProducts = 20_000;
const maxPages = 500;

/**
 * The process's cache of one kind of values, with the reads that are under way. A change drops both, so a read that
 * began before the change is neither shared nor kept after it.
 */
class LocalCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #pending = new Map<string, PendingRead<Value | undefined>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, notBefore: number): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.readAt > notBefore ? entry.value : undefined;
  }

  pendingRead(key: string, notBefore: number): PendingRead<Value | undefined> | undefined {
    const read = this.#pending.get(key);
    return read !== undefined && read.startedAt > notBefore ? read : undefined;
  }

  begin(key: string, read: PendingRead<Value | undefined>): void {
    this.#pending.set(key, read);
  }

  /** Ends a read and keeps its entry, unless a change came meanwhile. @returns whether the entry is kept */
  end(key: string, read: PendingRead<Value | undefined>, entry: Entry<Value> | undefined): boolean {
    if (this.#pending.get(key) !== read) return false;
    this.#pending.delete(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#limit) this.#dropOldest();
    return true;
  }

  drop(key: string): void {
    this.#entries.delete(key);
    this.#pending.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#pending.clear();
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

/**
 * Three tiers: this process, the shared store, the database. The age of an answer always counts from the begin of its
 * read of the database, whatever tiers it passed since, so it never exceeds `maxAgeMs`.
 */
export function createCatalogCache(options: CatalogCacheOptions): CatalogCache {
  const { maxAgeMs, store, onRead, now = () => performance.now() } = options;
  const items = new LocalCache<Product>(maxProducts);
  const pages = new LocalCache<ProductPage>(maxPages);
  const categories = new LocalCache<readonly Category[]>(1);
  // A caller that shares a pending read waits for its end. Only young reads are shared, so that the answer is not too
  // old.
  const shareableFrom = () => now() - maxAgeMs / 2;

  function fetch(productIds: readonly string[], load: Load): Map<string, PendingRead<Product | undefined>> {
    const startedAt = now();
    const answers = readThrough(productIds, load, startedAt);
    const reads = new Map<string, PendingRead<Product | undefined>>();
    for (const id of productIds) {
      const read = { startedAt, result: answers.then(({ found }) => found.get(id)?.value) };
      reads.set(id, read);
      if (maxAgeMs > 0) items.begin(id, read);
    }
    // A product that was changed meanwhile is not kept, neither here nor in the store.
    const ended = answers.then(({ found, keep }) => {
      const kept = [...reads].flatMap(([id, read]) => {
        const entry = found.get(id);
        return items.end(id, read, entry) && entry?.fresh === true ? [entry.value] : [];
      });
      if (kept.length > 0 && now() - startedAt < maxAgeMs) keep?.(kept, maxAgeMs);
    });
    ended.catch(() => {
      for (const [id, read] of reads) items.end(id, read, undefined);
    });
    return reads;
  }

  async function readThrough(productIds: readonly string[], load: Load, startedAt: number): Promise<ReadThrough> {
    const shared = maxAgeMs > 0 && store !== undefined ? await store.read(productIds) : undefined;
    const found = new Map<string, Found>();
    for (const { ageMs, value } of shared?.found ?? []) {
      // The store told the age after `startedAt`, so no entry is older than it counts.
      const readAt = startedAt - ageMs;
      if (readAt > now() - maxAgeMs) found.set(value.productId, { readAt, value, fresh: false });
    }
    onRead?.('redis', found.size);
    const missing = productIds.filter((id) => !found.has(id));
    if (missing.length > 0) {
      const loaded = await load(missing);
      onRead?.('database', loaded.length);
      for (const value of loaded) found.set(value.productId, { readAt: startedAt, value, fresh: true });
    }
    return { found, keep: shared?.keep };
  }

  /** Reads a value that is cached in this process only. Callers at the same time share one read. */
  async function readWhole<Value>(cache: LocalCache<Value>, key: string, load: () => Promise<Value>): Promise<Value> {
    const known = cache.get(key, now() - maxAgeMs);
    if (known !== undefined) return known;
    // There must be no await before `begin`: otherwise each of several callers would begin a read.
    const shared = cache.pendingRead(key, shareableFrom());
    if (shared !== undefined) return (await shared.result) ?? load();
    const startedAt = now();
    const result = load();
    const read = { startedAt, result };
    if (maxAgeMs > 0) cache.begin(key, read);
    try {
      const value = await result;
      cache.end(key, read, { readAt: startedAt, value });
      return value;
    } catch (error) {
      cache.end(key, read, undefined);
      throw error;
    }
  }

  return {
    products: async (productIds, load) => {
      const result = new Map<string, Product>();
      const waiting = new Map<string, PendingRead<Product | undefined>>();
      const missing: string[] = [];
      for (const id of productIds) {
        const known = items.get(id, now() - maxAgeMs);
        const read = known === undefined ? items.pendingRead(id, shareableFrom()) : undefined;
        if (known !== undefined) result.set(id, known);
        else if (read !== undefined) waiting.set(id, read);
        else missing.push(id);
      }
      onRead?.('process', result.size);
      if (missing.length > 0) for (const [id, read] of fetch(missing, load)) waiting.set(id, read);
      // Awaits all together: if several fail, one that is not awaited yet would be an uncaught rejection.
      const ended = await Promise.all([...waiting].map(async ([id, read]) => [id, await read.result] as const));
      for (const [id, product] of ended) if (product !== undefined) result.set(id, product);
      return result;
    },

    page: (key, load) => readWhole(pages, key, load),
    categories: (load) => readWhole(categories, '', load),

    atHand: {
      product: (id) => {
        const known = items.get(id, now() - maxAgeMs);
        if (known !== undefined) onRead?.('process', 1);
        return known;
      },
      page: (key) => pages.get(key, now() - maxAgeMs),
      categories: () => categories.get('', now() - maxAgeMs),
    },

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
  /** True if it was read from the database, false if the store had it. */
  readonly fresh: boolean;
}

interface ReadThrough {
  readonly found: ReadonlyMap<string, Found>;
  /** Keeps what was read from the database in the store. */
  readonly keep: StoreAnswer['keep'] | undefined;
}
