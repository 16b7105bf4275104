import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

export interface ListenHandlers {
  /** Gets each notification's payload. */
  readonly onMessage: (payload: string) => void;
  /** Called whenever listening begins, again after each loss: what was sent in between is gone, so look yourself. */
  readonly onListening: () => void;
  /** Told each time that listening failed; it is tried again. */
  readonly onLost?: (error: unknown) => void;
}

export interface Listener {
  readonly stop: () => Promise<void>;
}

const retryMs = 1000;
const heartbeatMs = 5000;
/** The driver itself would wait for ever on a connection that is gone without a word. */
const answerWithinMs = 5000;
const heartbeatMark = 'heartbeat:';

/**
 * Listens to one Postgres channel on connections of its own until stopped, whatever happens to them. The driver gives
 * up when its first attempt to listen again fails and can't see a connection that died silently, so a heartbeat is
 * sent through the channel, and listening starts anew when it doesn't come back.
 */
export function listen(url: string, applicationName: string, channel: string, handlers: ListenHandlers): Listener {
  const stopping = new AbortController();
  const ended = listenForever(url, applicationName, channel, handlers, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function listenForever(
  url: string,
  applicationName: string,
  channel: string,
  handlers: ListenHandlers,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const client = postgres(url, {
      max: 1,
      connect_timeout: 5,
      // Asking for types, of which a channel has none, would end in a rejection that nobody can catch.
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: `${applicationName}-listen`, statement_timeout: 2000 },
    });
    try {
      await listenUntilLost(client, channel, handlers, signal);
    } catch (error) {
      if (!signal.aborted) handlers.onLost?.(error);
    } finally {
      await client.end({ timeout: 0 });
    }
    if (!signal.aborted) await pause(retryMs, signal);
  }
}

async function listenUntilLost(
  client: postgres.Sql,
  channel: string,
  handlers: ListenHandlers,
  signal: AbortSignal,
): Promise<void> {
  const mine = `${heartbeatMark}${randomUUID()}`;
  let heard = true;
  const onNotify = (payload: string): void => {
    if (payload === mine) heard = true;
    else if (!payload.startsWith(heartbeatMark)) handlers.onMessage(payload);
  };
  await answered(client.listen(channel, onNotify, handlers.onListening));
  while (!signal.aborted) {
    if (!heard) throw new Error(`a heartbeat through the channel ${channel} did not come back`);
    heard = false;
    await answered(client.notify(channel, mine));
    await pause(heartbeatMs, signal);
  }
}

async function answered(work: PromiseLike<unknown>): Promise<void> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new Error('the database does not answer')), answerWithinMs);
  try {
    await Promise.race([work, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or less if stopped meanwhile. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
