/** A wait that `wake` ends early. A `wake` while nobody waits ends the next wait, unless `reset` comes before it. */
export interface WakeableWait {
  readonly wake: () => void;
  readonly reset: () => void;
  /** Resolves after `ms`, or when it is woken. */
  readonly wait: (ms: number) => Promise<void>;
}

export function createWakeableWait(): WakeableWait {
  let isWoken = false;
  let endWait: (() => void) | undefined;
  return {
    wake: () => {
      isWoken = true;
      endWait?.();
    },
    reset: () => {
      isWoken = false;
    },
    wait: async (ms) => {
      if (isWoken || ms <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      endWait = resolve;
      await promise;
      endWait = undefined;
      clearTimeout(timer);
    },
  };
}
