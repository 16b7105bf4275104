import { once } from 'node:events';
import { expect, test } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { currentLimits, currentRequestId } from '../../telemetry/request-context.ts';
import { useTwoWays } from '../../testing/two-ways.ts';
import type { Clients } from './clients.ts';

const ways = useTwoWays();

interface Aborted {
  readonly signal: AbortSignal;
}

async function untilAborted({ signal }: Aborted): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** What callers decide by, of both ways. The text depends on who notices the end first. */
async function ends(call: (clients: Clients) => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  for (const clients of ways.clients) {
    const end = await call(clients).catch((error: unknown) => error);
    seen.push(end instanceof AppError ? `${end.code} ${end.reason} ${end.kind}` : String(end));
  }
  return seen;
}

const inTime = 'deadline_exceeded DEADLINE_EXCEEDED unknown';
const givenUp = 'unavailable UPSTREAM_UNAVAILABLE unknown';

test('a handler sees how long its caller waits, and works within that', async () => {
  const seen = async (clients: Clients) => {
    const told: number[] = [];
    ways.fixture.onGetWallet = async (context) => {
      const limits = currentLimits();
      told.push(context.timeoutMs() ?? Number.NaN, (limits?.deadlineMs ?? Number.NaN) - performance.now());
    };
    await ways.getWallet(clients, { timeoutMs: 5000 });
    return told.map((ms) => ms > 3000 && ms <= 5000);
  };
  expect(await ways.both(seen)).toEqual([{ answer: [true, true] }, { answer: [true, true] }]);
});

test('a call that takes too long ends, and its handler is told', async () => {
  let told = 0;
  ways.fixture.onGetWallet = async (context) => {
    await untilAborted(context);
    told++;
  };
  expect(await ends((clients) => ways.getWallet(clients, { timeoutMs: 60 }))).toEqual([inTime, inTime]);
  await expect.poll(() => told).toBe(2);
});

/** A caller that gives up while a handler works. */
function givingUp() {
  const giver = { controller: new AbortController(), told: 0 };
  return {
    giver,
    /** What the handler does: it ends once it is told. */
    work: async (context: Aborted) => {
      giver.controller.abort();
      await untilAborted(context);
      giver.told++;
    },
    options: () => {
      giver.controller = new AbortController();
      return { signal: giver.controller.signal };
    },
  };
}

test('a call whose caller gives up ends, and its handler is told', async () => {
  const { giver, work, options } = givingUp();
  ways.fixture.onGetWallet = work;
  expect(await ends((clients) => ways.getWallet(clients, options()))).toEqual([givenUp, givenUp]);
  await expect.poll(() => giver.told).toBe(2);
});

test('a call whose caller has given up already is not made', async () => {
  const before = ways.fixture.calls.length;
  const call = (clients: Clients) => ways.getWallet(clients, { signal: AbortSignal.abort() });
  expect(await ends(call)).toEqual([givenUp, givenUp]);
  expect(ways.fixture.calls).toHaveLength(before);
});

test('a stream whose caller gives up ends, and its handler is told', async () => {
  const { giver, work, options } = givingUp();
  ways.fixture.onWatch = async (context, index) => {
    if (index > 0) await work(context);
  };
  expect(await ends((clients) => ways.watch(clients, options()))).toEqual([givenUp, givenUp]);
  await expect.poll(() => giver.told).toBe(2);
});

test('a stream with a timeout ends then', async () => {
  ways.fixture.onWatch = async (context) => {
    await untilAborted(context);
    throw context.signal.reason;
  };
  expect(await ends((clients) => ways.watch(clients, { timeoutMs: 60 }))).toEqual([inTime, inTime]);
});

test('a handler knows the request, in a stream, too, and a stream has no limits', async () => {
  const call = async (clients: Clients) => {
    const seen: unknown[] = [];
    ways.fixture.onWatch = async (context) => {
      seen.push(currentRequestId(), context.requestHeader.get('x-request-id'), currentLimits(), context.timeoutMs());
    };
    await ways.watch(clients);
    return seen;
  };
  const each = [ways.requestId, ways.requestId, undefined, undefined];
  const answer = [...each, ...each];
  expect(await ways.both(call)).toEqual([{ answer }, { answer }]);
});

test('a stream ends when the drain begins, so that its client asks another process', async () => {
  const call = async (clients: Clients) => {
    const waiting = Promise.withResolvers<void>();
    ways.fixture.onWatch = async (context, index) => {
      if (index === 0) return;
      waiting.resolve();
      await untilAborted(context);
    };
    const watching = ways.watch(clients);
    await waiting.promise;
    await Promise.all([watching, ways.stop(clients)]);
  };
  const [within, over] = await ways.both(call);
  expect(within).toEqual(over);
  expect(within).toMatchObject({ reason: 'UNAVAILABLE', kind: 'transient', retryAfterSeconds: 1 });
});
