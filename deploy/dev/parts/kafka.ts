import type { Part, PartContext, Way } from '../supervisor/part.ts';
import { findJava, javaInstaller } from './java.ts';
import { kafkaVersion, kafkaHome, kafkaInstaller } from './kafka-install.ts';
import { launchKafka, probeKafka, type AdvertisedPort } from './kafka-server.ts';
import { fromCompose } from './docker.ts';
import { firstWay, notSet, type Refusal } from './sources.ts';

/**
 * Kafka: one node that is broker and controller (KRaft). Our processes create their topics.
 * @param alsoThrough the port that Kafka names to clients of its port `proxied`; clients connect to the port that it names
 */
export function kafka(fixedPort?: number, alsoThrough?: AdvertisedPort): Part {
  return {
    name: 'kafka',
    title: 'Kafka',
    kind: 'server',
    dependsOn: [],
    ports: [
      { name: 'kafka', variable: 'KAFKA_PORT', ...(fixedPort === undefined ? {} : { fixed: fixedPort }) },
      { name: 'controller', ...(fixedPort === undefined ? {} : { fixed: fixedPort + 1 }) },
      ...(alsoThrough === undefined ? [] : [{ name: 'proxied' }]),
    ],
    readyWithinSeconds: 90,
    suggestion: 'Kafka needs about 500 MB of free memory. If its data are damaged, delete them with `npm run reset`.',
    find: (context) =>
      firstWay(
        'kafka',
        {
          environment: fromEnvironment,
          docker: (machine) => inDocker(machine, alsoThrough),
          machine: (machine) => onMachine(machine, alsoThrough),
          install: (machine) => installed(machine, alsoThrough),
        },
        context,
      ),
  };
}

async function fromEnvironment({ callerEnv }: PartContext): Promise<Way | Refusal> {
  const brokers = callerEnv['KAFKA_BROKERS'];
  if (brokers === undefined || brokers === '') return notSet('KAFKA_BROKERS', 'host:9092');
  return { ...way(brokers), from: 'environment', prepare: async () => ({}) };
}

async function inDocker(context: PartContext, alsoThrough: AdvertisedPort | undefined): Promise<Way | Refusal> {
  const reason = 'the container of Kafka has no second port for clients that come through a proxy';
  if (alsoThrough !== undefined)
    return { reason, fix: 'Unset ECOMMERCE_KAFKA_FROM, so that Kafka runs without Docker.' };
  const ports = { KAFKA_PORT: String(context.port('kafka', 'kafka')) };
  return fromCompose('kafka', { service: 'kafka', volume: 'kafka', ports }, way(brokersOf(context)), context);
}

async function onMachine(context: PartContext, alsoThrough: AdvertisedPort | undefined): Promise<Way | Refusal> {
  const home = kafkaHome(context.callerEnv);
  if (home === undefined) return { reason: 'Kafka 4 is not on this machine', fix: 'Set KAFKA_HOME to a Kafka 4.' };
  const java = await findJava();
  if (java === undefined) return { reason: 'Java 17 is not on this machine', fix: 'Install Java 17 or newer.' };
  return {
    ...way(brokersOf(context)),
    from: `found ${home.folder}`,
    prepare: async () => ({
      launch: await launchKafka({ java, libraries: home.libraries, version: home.version, alsoThrough }, context),
      version: home.version,
    }),
  };
}

async function installed(context: PartContext, alsoThrough: AdvertisedPort | undefined): Promise<Way | Refusal> {
  const java = await findJava();
  const install = java === undefined ? javaInstaller() : undefined;
  if (install !== undefined && 'reason' in install) return install;
  const kafka = kafkaInstaller();
  return {
    ...way(brokersOf(context)),
    from: 'installed',
    async prepare() {
      const program = java ?? (await install?.(context));
      if (program === undefined) throw new Error('Java was installed, but does not run: check `java -version`');
      const libraries = await kafka(context);
      return {
        launch: await launchKafka({ java: program, libraries, version: kafkaVersion, alsoThrough }, context),
        version: kafkaVersion,
      };
    },
  };
}

function brokersOf(context: PartContext): string {
  return `127.0.0.1:${context.port('kafka', 'kafka')}`;
}

function way(brokers: string): Pick<Way, 'probe' | 'env' | 'urls'> {
  return { probe: () => probeKafka(brokers), env: { KAFKA_BROKERS: brokers }, urls: { kafka: brokers } };
}
