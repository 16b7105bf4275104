import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/paths.mjs';
import type { Launch, PartContext } from '../supervisor/part.ts';
import { installOnce, runTool } from './tools.ts';

/** The port of another part under which some clients reach Kafka. */
export interface AdvertisedPort {
  readonly part: string;
  readonly port: string;
}

// Every stack may use the same id, because each has a separate cluster with one node.
const clusterId = 'ZWNvbW1lcmNlLWRldi0wMQ';
// These options make the start fast. The full compiler of the JVM pays off only for brokers that run for days.
const jvm = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'];

export interface KafkaPrograms {
  readonly java: string;
  /** The folder with Kafka's jars. */
  readonly libraries: string;
  readonly version: string;
  readonly alsoThrough: AdvertisedPort | undefined;
}

/** Writes the configuration, formats the storage if it is new, and gives the launch of the node. */
export async function launchKafka(programs: KafkaPrograms, context: PartContext): Promise<Launch> {
  const { java, libraries } = programs;
  const folder = context.dataFolder;
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, serverProperties(data, context, programs.alsoThrough));
  const logging = join(folder, 'log4j2.properties');
  writeFileSync(logging, loggingProperties);
  const classpath = join(libraries, '*');
  const base = ['-cp', classpath, `-Dlog4j2.configurationFile=${logging}`];
  if (!existsSync(join(folder, 'formatted'))) {
    rmSync(data, { recursive: true, force: true });
    cpSync(await formattedStorage(programs, base, context), data, { recursive: true });
    writeFileSync(join(folder, 'formatted'), '');
  }
  return {
    program: java,
    args: [...jvm, ...base, 'kafka.Kafka', settings],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  };
}

// Formatting starts a Java process and always gives the same two small files. So they are made once and copied.
async function formattedStorage(
  programs: KafkaPrograms,
  base: readonly string[],
  context: PartContext,
): Promise<string> {
  const template = join(cacheFolder(), `kafka-${programs.version}-formatted`);
  const isComplete = async (at: string) => existsSync(join(at, 'data', 'meta.properties'));
  const format = async (aside: string) => {
    context.progress('Formatting storage');
    const settings = join(aside, 'server.properties');
    writeFileSync(settings, serverProperties(join(aside, 'data'), context, undefined));
    const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings];
    await runTool(programs.java, [...base, '-XX:TieredStopAtLevel=1', ...tool], {
      logFile: context.logFile,
      signal: context.signal,
      cwd: aside,
      failure: 'The storage of Kafka could not be formatted',
      suggestion: 'Check whether the disk is full, and read the log.',
    });
  };
  await installOnce(template, isComplete, format, context);
  return join(template, 'data');
}

function serverProperties(data: string, context: PartContext, alsoThrough: AdvertisedPort | undefined): string {
  const address = (part: string, port: string) => `127.0.0.1:${context.port(part, port)}`;
  const controller = address('kafka', 'controller');
  const own = `PLAINTEXT://${address('kafka', 'kafka')}`;
  const proxied = alsoThrough && {
    listens: `,PROXIED://${address('kafka', 'proxied')}`,
    advertised: `,PROXIED://${address(alsoThrough.part, alsoThrough.port)}`,
  };
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${own},CONTROLLER://${controller}${proxied?.listens ?? ''}`,
    'advertised.listeners': `${own}${proxied?.advertised ?? ''}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Few threads, because Kafka shares a small machine with everything else.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'controlled.shutdown.max.retries': 1,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const loggingProperties = `status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %m (%c{1})%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
`;

/** Resolves if the cluster has a broker and a controller. @throws if not */
export async function probeKafka(brokers: string): Promise<void> {
  const { Kafka, logLevel } = await import('kafkajs');
  const client = new Kafka({
    clientId: 'ecommerce-dev',
    brokers: brokers.split(',').map((broker) => broker.trim()),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    requestTimeout: 2500,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0 || cluster.controller === null) throw new Error('Kafka has no controller yet');
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
