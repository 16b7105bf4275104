/**
 * `node doomed-relay.ts <database url> <brokers> <lease seconds>`: a relay that kills itself with SIGKILL after Kafka
 * has stored its first batch, before it marks the events as published.
 */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openDatabase } from '../../../data/db/database.ts';
import { createRelay } from '../../relay.ts';
import { outbox } from '../../testing/database.ts';
import { openKafka } from '../client.ts';
import { createKafkaPublisher } from '../publisher.ts';

const [url = '', brokers = '', lease = ''] = process.argv.slice(2);
const logger = pino({ level: 'silent' });
const kafka = openKafka({ brokers: brokers.split(','), clientId: 'doomed', logger });
const publisher = createKafkaPublisher({ kafka, logger, topics: { partitions: 3, replicas: 1 } });
const { db } = openDatabase({ url, applicationName: 'doomed' });

createRelay(
  {
    db,
    table: outbox,
    publisher: {
      ...publisher,
      publish: async (events) => {
        await publisher.publish(events);
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => undefined);
      },
    },
    logger,
    registry: new Registry(),
  },
  { leaseSeconds: Number(lease) },
).start();
