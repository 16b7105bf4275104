/** Numbers that look random and come again with the same seed (the generator is mulberry32). */
export interface Random {
  /** 0 ≤ number < 1. */
  next(): number;
  /** A whole number, `from` and `to` included. */
  between(from: number, to: number): number;
  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** One of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item;
  /** Another generator, so that one part's drawing does not move what another part draws. */
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
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** What FAULTS_SEED says, else a new one. */
export function seedFrom(env: Readonly<NodeJS.ProcessEnv>): number {
  const given = Number(env['FAULTS_SEED']);
  return Number.isInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 999_999);
}

/** The seeds of a run: as many as `--seeds` says (FAULT_SEEDS), from `seedFrom` on. */
export function seedsFrom(env: Readonly<NodeJS.ProcessEnv>): readonly number[] {
  const base = seedFrom(env);
  return Array.from({ length: Math.max(1, Number(env['FAULT_SEEDS'] ?? 1)) }, (_, index) => base + index);
}
