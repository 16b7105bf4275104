import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { searchAttributeTypes } from '../../../workflows/contract/checkout.ts';
import type { Launch, Part, PartContext, Way } from '../supervisor/part.ts';
import { fromCompose } from './docker.ts';
import { firstWay, notSet, type Refusal } from './sources.ts';
import { temporalInstaller, temporalOnMachine } from './temporal-install.ts';

const pragmas = ['journal_mode=wal', 'synchronous=normal'];

const dynamicConfigFile = join(import.meta.dirname, '../../temporal/dynamic-config.yaml');

const flagOf = { KEYWORD: 'Keyword', INT: 'Int' } as const;

const settings = {
  'log-format': 'json',
  'log-level': 'warn',
  'sqlite-pragma': pragmas,
  'search-attribute': Object.entries(searchAttributeTypes).map(([name, type]) => `${name}=${flagOf[type]}`),
  'dynamic-config-value': dynamicConfig(),
};

// The dynamic configuration of clusters as `name=value`, with the value as JSON. No value has a constraint.
function dynamicConfig(): string[] {
  const file = z.record(z.string(), z.tuple([z.strictObject({ value: z.json() })]));
  const values = file.parse(parse(readFileSync(dynamicConfigFile, 'utf8')));
  return Object.entries(values).map(([name, [{ value }]]) => `${name}=${JSON.stringify(value)}`);
}

/** Temporal's development server with its Web UI. It stores its data in SQLite, so they survive a kill. */
export function temporal(fixed?: { readonly port: number; readonly uiPort: number }): Part {
  return {
    name: 'temporal',
    title: 'Temporal',
    kind: 'server',
    dependsOn: [],
    ports: [
      { name: 'grpc', variable: 'TEMPORAL_PORT', ...(fixed === undefined ? {} : { fixed: fixed.port }) },
      { name: 'ui', variable: 'TEMPORAL_UI_PORT', ...(fixed === undefined ? {} : { fixed: fixed.uiPort }) },
      { name: 'http' },
      { name: 'metrics' },
    ],
    readyWithinSeconds: 90,
    suggestion: 'Read the log. If its data are damaged, delete them with `npm run reset`.',
    find: (context) =>
      firstWay(
        'temporal',
        { environment: fromEnvironment, docker: inDocker, machine: onMachine, install: installed },
        context,
      ),
  };
}

async function fromEnvironment({ callerEnv }: PartContext): Promise<Way | Refusal> {
  const address = callerEnv['TEMPORAL_ADDRESS'];
  if (address === undefined || address === '') return notSet('TEMPORAL_ADDRESS', 'host:7233');
  const ui = callerEnv['TEMPORAL_UI_URL'];
  return { ...way(address, ui), from: 'environment', prepare: async () => ({}) };
}

function inDocker(context: PartContext): Promise<Way | Refusal> {
  const [port, ui] = [context.port('temporal', 'grpc'), context.port('temporal', 'ui')].map(String);
  const service = {
    service: 'temporal-dev',
    volume: 'temporal-dev',
    ports: { TEMPORAL_PORT: port ?? '', TEMPORAL_UI_PORT: ui ?? '' },
    args: [
      ...['server', 'start-dev'],
      ...flags({ ip: '0.0.0.0', 'ui-ip': '0.0.0.0', 'db-filename': '/data/temporal.sqlite', ...settings }),
    ],
  };
  return fromCompose('temporal', service, own(context), context);
}

async function onMachine(context: PartContext): Promise<Way | Refusal> {
  const found = await temporalOnMachine();
  if ('reason' in found) return found;
  return {
    ...own(context),
    from: `found ${found.program}`,
    prepare: async () => ({ launch: launch(found.program, context), version: found.version }),
  };
}

async function installed(context: PartContext): Promise<Way | Refusal> {
  return {
    ...own(context),
    from: 'installed',
    async prepare() {
      const { program, version } = await temporalInstaller(context);
      return { launch: launch(program, context), version };
    },
  };
}

function launch(program: string, context: PartContext): Launch {
  mkdirSync(context.dataFolder, { recursive: true });
  return {
    program,
    args: serverArgs((name) => context.port('temporal', name), join(context.dataFolder, 'temporal.sqlite')),
    cwd: context.dataFolder,
    // Another HOME, so that the user's Temporal profile does not change the settings.
    env: { PATH: process.env['PATH'], HOME: context.dataFolder },
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  };
}

/**
 * The arguments of the development server that stores its data in `file`. Its ports are `grpc`, `ui`, `http`,
 * `metrics`.
 */
export function serverArgs(port: (name: string) => number, file: string): string[] {
  return [
    'server',
    'start-dev',
    ...flags({
      ip: '127.0.0.1',
      port: String(port('grpc')),
      'ui-port': String(port('ui')),
      'http-port': String(port('http')),
      'metrics-port': String(port('metrics')),
      'db-filename': file,
      ...settings,
    }),
  ];
}

// A list gives the same flag several times.
function flags(values: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [value].flat().flatMap((item) => [`--${name}`, item]));
}

function own(context: PartContext): Pick<Way, 'probe' | 'env' | 'urls'> {
  return way(`127.0.0.1:${context.port('temporal', 'grpc')}`, `http://127.0.0.1:${context.port('temporal', 'ui')}`);
}

function way(address: string, ui: string | undefined): Pick<Way, 'probe' | 'env' | 'urls'> {
  return {
    probe: () => probeTemporal(address),
    env: { TEMPORAL_ADDRESS: address, ...(ui === undefined ? {} : { TEMPORAL_UI_URL: ui }) },
    urls: { temporal: address, ...(ui === undefined ? {} : { temporalUi: ui }) },
  };
}

/**
 * Resolves if the server has the default namespace with the search attributes of checkouts. Data of an older version lack
 * some: the server sets them only when it makes a namespace. @throws if not
 */
export async function probeTemporal(address: string): Promise<void> {
  const { Connection } = await import('@temporalio/client');
  const { ensureSearchAttributes } = await import('../../../platform/temporal/search-attributes.ts');
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.withDeadline(Date.now() + 2500, async () => {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await ensureSearchAttributes(connection, 'default', searchAttributeTypes);
    });
  } finally {
    await connection.close();
  }
}
