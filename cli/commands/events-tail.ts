import { pino } from 'pino';
import { openKafka } from '../../platform/events/kafka/client.ts';
import type { CloudEvent } from '../../platform/events/cloud-event.ts';
import { ordersTopic } from '../../proto/order-events.ts';
import { outputClosed } from '../closed-output.ts';
import { tailEvents } from '../events/tail.ts';
import { usageError } from '../exit.ts';
import { callPart } from '../parts.ts';
import { say, sayJson } from '../say.ts';
import { kafkaBrokers } from '../settings.ts';

export interface TailOptions {
  readonly fromBeginning: boolean;
  readonly order?: string;
  readonly limit?: number;
}

/** Prints the events of orders as Kafka delivers them, until Ctrl-C, or until nobody reads them. No consumer misses an event because of it. */
export async function tail(env: Readonly<NodeJS.ProcessEnv>, json: boolean, options: TailOptions): Promise<void> {
  const brokers = kafkaBrokers(env);
  if (brokers === undefined) throw usageError('KAFKA_BROKERS is not set: here events do not go through Kafka');
  const kafka = openKafka({ brokers, clientId: 'cli', logger: pino({ level: 'silent' }) });
  const { fromBeginning, order, limit } = options;
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  outputClosed.addEventListener('abort', () => stop.abort(), { once: true });
  const input = { topic: ordersTopic, fromBeginning, order, limit, signal: stop.signal };
  await callPart({ part: 'Kafka', address: brokers.join() }, () =>
    tailEvents(kafka, input, (event) => print(event, json)),
  );
}

function print({ id, type, subject, time, data }: CloudEvent, json: boolean): void {
  if (json) sayJson({ id, type, subject, time: time.toISOString(), data });
  else say(`${time.toISOString()}  ${type.replace(/^.*\./, '')}  ${subject}`);
}
