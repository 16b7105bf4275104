import type { Row } from './row.ts';

const maxRows = 500;
// The API accepts requests of up to 1 MiB.
export const maxBytes = 700 * 1024;

/** A row of a call. */
export interface Batched {
  /** The number of its line; undefined for a row of an earlier call that is sent again for the sake of a later row. */
  readonly line: number | undefined;
  readonly row: Row;
  readonly bytes: number;
}

/** The rows of the next call. */
export function createBatch() {
  let batched: Batched[] = [];
  let bytes = 0;
  return {
    /** Adds the rows and returns true; or returns false if the API would not take so much in one call. */
    add: (added: readonly Batched[]): boolean => {
      const more = added.reduce((sum, each) => sum + each.bytes, 0);
      if (batched.length + added.length > maxRows || bytes + more > maxBytes) return false;
      batched.push(...added);
      bytes += more;
      return true;
    },
    /** Takes all rows out. */
    take: (): readonly Batched[] => {
      const taken = batched;
      batched = [];
      bytes = 0;
      return taken;
    },
  };
}

const maxEarlierRows = 200;

/**
 * The rows of earlier calls by SKU, for a dry run. It writes nothing, so the service does not know what earlier rows with
 * the SKU would have done, unless they are sent again.
 */
export function createEarlierRows() {
  const sent = new Map<string, Batched[]>();
  let added: Batched[] = [];
  let inCall = new Set<string>();
  return {
    /** The rows that must come before this one in its call; the newest ones, if there are too many. */
    before: ({ product }: Row): readonly Batched[] => {
      const key = keyOf(product?.sku);
      return inCall.has(key) ? [] : (sent.get(key) ?? []).slice(-maxEarlierRows);
    },
    add: ({ row, bytes }: Batched): void => {
      inCall.add(keyOf(row.product?.sku));
      added.push({ line: undefined, row, bytes });
    },
    /** The rows that were added are sent, and a new call begins. */
    endCall: (): void => {
      for (const each of added) {
        const key = keyOf(each.row.product?.sku);
        sent.set(key, [...(sent.get(key) ?? []), each]);
      }
      added = [];
      inCall = new Set();
    },
  };
}

/** Rather the same for two SKUs than different ones for one: a row too much does no harm. */
function keyOf(sku = ''): string {
  return sku
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
