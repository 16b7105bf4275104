import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

export interface ListenHandlers {
  /** Gets each notification's payload. */
  readonly onMessage: (payload: string) => void;
  /** Called when listening starts, and again after each loss. Notifications in between are lost: look for changes. */
  readonly onListening: () => void;
  /** Called each time that listening fails. It is then tried again. */
  readonly onLost?: (error: unknown) => void;
}

export interface ChannelListener {
  readonly stop: () => Promise<void>;
}

const retryMs = 1000;
const heartbeatMs = 5000;
/** The driver has no such limit: on a silently lost connection it would wait for ever. */
const answerWithinMs = 5000;
const heartbeatMark = 'heartbeat:';

/**
 * Listens to one Postgres channel on a separate connection until stopped. The driver gives up if its first attempt to
 * reconnect fails, and it does not notice a silently lost connection. So a heartbeat is sent through the channel, and
 * listening starts again if the heartbeat does not come back.
 */
export function listen(
  url: string,
  applicationName: string,
  channel: string,
  handlers: ListenHandlers,
): ChannelListener {
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
      // A channel needs no types, and if the query for them fails, nobody can catch the rejection.
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

/** Waits until the time is over or the signal is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
