import { setTimeout as sleep } from 'node:timers/promises';

/** How long, and how often, something is looked at. */
export interface Patience {
  /** Default a minute. */
  readonly withinMs?: number;
  /** The first pause between two looks; pauses grow to ten times of it. Default 50. */
  readonly everyMs?: number;
}

const usual = { withinMs: 60_000, everyMs: 50 };
const growth = 1.4;
const longestValue = 2000;

/** Reads until `done`; gives the last value either way, for who judges it. What a read throws comes out at once. */
export async function until<Value>(
  read: () => Value | Promise<Value>,
  done: (value: Value) => boolean,
  { withinMs = usual.withinMs, everyMs = usual.everyMs }: Patience = {},
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = everyMs; ; pauseMs = Math.min(growth * pauseMs, 10 * everyMs)) {
    const value = await read();
    if (done(value) || performance.now() > deadline) return value;
    await sleep(pauseMs);
  }
}

/** Tries until it succeeds. @throws the last error in its message and as its cause, when time is up */
export function eventually<Value>(
  what: string,
  attempt: () => Value | Promise<Value>,
  patience?: Patience,
): Promise<Value>;
/** Reads until `done`. @throws what a read throws, at once; the last value in its message, when time is up */
export function eventually<Value>(
  what: string,
  read: () => Value | Promise<Value>,
  done: (value: Value) => boolean,
  patience?: Patience,
): Promise<Value>;
export async function eventually<Value>(
  what: string,
  read: () => Value | Promise<Value>,
  doneOrPatience: ((value: Value) => boolean) | Patience = {},
  more: Patience = {},
): Promise<Value> {
  if (typeof doneOrPatience !== 'function') return succeeded(what, read, doneOrPatience);
  const value = await until(read, doneOrPatience, more);
  if (doneOrPatience(value)) return value;
  throw new Error(`${what} did not come within ${seconds(more)}: ${shown(value)}`);
}

async function succeeded<Value>(
  what: string,
  attempt: () => Value | Promise<Value>,
  patience: Patience,
): Promise<Value> {
  const tried = async () => {
    try {
      return { value: await attempt() } as const;
    } catch (error) {
      return { error } as const;
    }
  };
  const last = await until(tried, (outcome) => 'value' in outcome, patience);
  if ('value' in last) return last.value;
  const { error } = last;
  const why = error instanceof Error ? error.message : String(error);
  throw new Error(`${what} did not come within ${seconds(patience)}: ${why}`, { cause: error });
}

const seconds = ({ withinMs = usual.withinMs }: Patience) => `${withinMs / 1000} s`;

function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  return text.slice(0, longestValue);
}
