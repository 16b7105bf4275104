import { pino } from 'pino';
import { consumerName } from '../../services/cart/repository/index.ts';
import { outbox } from '../../services/order/schema.ts';
import { readDatabaseUrl } from '../../platform/config/database-url.ts';
import { openDatabase } from '../../platform/data/db/database.ts';
import { ordersTopic } from '../../proto/order-events.ts';
import { resendPublished } from '../../platform/events/outbox-store.ts';
import { openKafka } from '../../platform/events/kafka/client.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { listDeadEvents, mostListed, replayDeadEvents, type DeadEventsDeps } from '../events/dead.ts';
import { exitCodes, notFoundError } from '../exit.ts';
import { warnOfMore } from '../more.ts';
import { printMany, printOne } from '../output.ts';
import { blame, callPart, databasePart } from '../parts.ts';
import { kafkaBrokers } from '../settings.ts';
import { onTrail } from '../trail.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** All consumers of the platform's events. */
const consumers = [{ name: consumerName, topic: ordersTopic }];

/** Lists all dead events with their errors. */
export function listDead(env: Env, json: boolean): Promise<void> {
  return withEvents(env, async (deps) => {
    const events = await listDeadEvents(deps);
    const rows = events.map(({ data: _, time, error, ...event }) => ({ ...event, time: time.toISOString(), error }));
    printMany(rows, json, { text: ['error'] });
    if (events.filter(({ where }) => where === 'outbox').length === mostListed)
      warnOfMore({ json }, `there may be more than these ${mostListed} of the outbox: replay them, and list again`);
  });
}

/** Shows one dead event with its data. @throws CliError if no dead event has this id */
export function showDead(env: Env, json: boolean, id: string): Promise<void> {
  return withEvents(env, async (deps) => {
    const event = (await listDeadEvents(deps)).find((dead) => dead.id === id);
    if (event === undefined) throw notFoundError(`There is no dead event ${id}: list them with \`events dead list\``);
    printOne({ ...event, time: event.time.toISOString() }, json);
  });
}

/** Replays the dead events with these ids, or all. The exit code is 3 if an id was not found. */
export function replayDeadOnes(
  context: Context,
  ids: readonly string[] | undefined,
  { reason }: { readonly reason: string },
): Promise<void> {
  return withEvents(context.env, async (deps) => {
    await confirm(context, async () => {
      const dead = await listDeadEvents(deps);
      const { length } = ids === undefined ? dead : dead.filter(({ id }) => ids.includes(id));
      return length === 0 ? undefined : `Try ${length === 1 ? '1 dead event' : `${length} dead events`} again?`;
    });
    const operation = { action: 'events.replay' as const, subject: ids?.join(' ') ?? 'all dead events', reason };
    await onTrail(context, operation, async () => {
      const replayed = await replayDeadEvents(deps, ids);
      printOne(replayed, context.json);
      const counts = Object.entries(replayed);
      const total = counts.reduce((sum, [, count]) => sum + count, 0);
      if (ids !== undefined && total < ids.length) process.exitCode = exitCodes.notFound;
      return { detail: counts.map(([where, count]) => `${where}: ${count}`).join(', ') };
    });
  });
}

/** Publishes the events again of the `hours` before the newest one. A repeat reaches what a failure has left out. */
export function resendEvents(
  context: Context,
  { hours, reason }: { readonly hours: number; readonly reason: string },
): Promise<void> {
  return withEvents(context.env, async ({ db, outbox: table }) => {
    const span = hours === 1 ? 'the last hour' : `the last ${hours} hours`;
    await confirm(context, `Publish the events of ${span} before the newest one again?`);
    const operation = { action: 'events.resend' as const, subject: `events of the last ${hours} h`, reason };
    await onTrail(context, operation, async () => {
      const resent = await resendPublished(db, table, hours);
      printOne({ resent }, context.json);
      return { detail: `resent: ${resent}` };
    });
  });
}

/** @param env ORDER_DATABASE_URL or DATABASE_URL, and KAFKA_BROKERS if events go through Kafka */
async function withEvents(env: Env, work: (deps: DeadEventsDeps) => Promise<void>): Promise<void> {
  const url = readDatabaseUrl(env, 'order');
  const brokers = kafkaBrokers(env);
  const database = openDatabase({
    url,
    applicationName: 'cli',
    poolSize: 1,
  });
  const logger = pino({ level: 'silent' });
  const kafka = brokers === undefined ? undefined : openKafka({ brokers, clientId: 'cli', logger });
  try {
    await callPart(databasePart('order', url), database.check);
    await work({ db: database.db, outbox, kafka, consumers });
  } catch (error) {
    const isOfKafka = error instanceof Error && error.name.startsWith('KafkaJS');
    throw isOfKafka ? blame({ part: 'Kafka', address: brokers?.join() ?? '' }, error) : error;
  } finally {
    await database.close();
  }
}
