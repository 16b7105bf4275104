/**
 * `node printing-consumer.ts <broker,broker> <topic> <group>`: a consumer that prints the `n` of each event on a line,
 * until it is killed.
 */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openKafka } from '../client.ts';
import { createKafkaConsumer } from '../consumer.ts';

const [brokers = '', topic = '', name = ''] = process.argv.slice(2);
const logger = pino({ level: process.env['CONSUMER_LOG'] ?? 'silent' }, pino.destination(2));

createKafkaConsumer({
  kafka: openKafka({ brokers: brokers.split(','), clientId: 'printing-consumer', logger }),
  consumer: {
    name,
    topic,
    handle: async ({ data }) => void process.stdout.write(`${(data as { n: number }).n}\n`),
  },
  logger,
  registry: new Registry(),
  topics: { partitions: 3, replicas: 1 },
}).start();
