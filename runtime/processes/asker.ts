/** Pairs questions that were sent with the answers that come back. */
export interface Asker<Answer> {
  /** Sends a question by `send`, which gets its id. @throws Error if no answer comes in time */
  readonly ask: (send: (id: number) => void) => Promise<Answer>;
  readonly answered: (id: number, answer: Answer) => void;
}

export function createAsker<Answer>(withinMs: number): Asker<Answer> {
  const open = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  return {
    ask: async (send) => {
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const timer = setTimeout(() => reject(new Error(`no answer came within ${withinMs} ms`)), withinMs);
      open.set(id, resolve);
      try {
        send(id);
        return await promise;
      } finally {
        clearTimeout(timer);
        open.delete(id);
      }
    },
    answered: (id, answer) => open.get(id)?.(answer),
  };
}
