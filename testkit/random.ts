/** A pseudorandom generator (mulberry32): the same seed gives the same numbers. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number. `from` and `to` are both possible. */
  between(from: number, to: number): number;
  /** True with this probability, a number from 0 to 1. */
  chance(probability: number): boolean;
  /** One item of a list. @throws Error if the list is empty */
  pick<Item>(items: readonly Item[]): Item;
  /** An independent generator for one part of a test: what it draws does not depend on the draws of other parts. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('cannot pick an item of an empty list');
      return item;
    },
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

/** The FNV-1a hash. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** The seed in FAULTS_SEED, or else a new random one. */
export function seedFrom(env: Readonly<NodeJS.ProcessEnv>): number {
  const given = Number(env['FAULTS_SEED']);
  return Number.isInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 999_999);
}

/** The seeds of a run: consecutive numbers from `seedFrom` on. FAULT_SEEDS (`--seeds`) says how many; by default one. */
export function seedsFrom(env: Readonly<NodeJS.ProcessEnv>): readonly number[] {
  const base = seedFrom(env);
  return Array.from({ length: Math.max(1, Number(env['FAULT_SEEDS'] ?? 1)) }, (_, index) => base + index);
}
