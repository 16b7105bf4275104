import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Env, Part, PartContext } from '../supervisor/part.ts';
import { probeTcp } from '../supervisor/probe.ts';
import { nodeOptions } from './app.ts';

const proxyProgram = 'platform/testing/proxy/main.ts';
const proxied = ['postgres', 'redis', 'kafka', 'temporal'] as const;
type Proxied = (typeof proxied)[number];

/** Kafka tells its clients which port to connect to. Clients that come through the proxy must get the proxy's port. */
export const kafkaThroughProxy = { part: 'proxies', port: 'kafka' } as const;

/** One TCP proxy in front of each server. Through a control port, tests let it drop, delay or reset connections. */
export function proxies(): Part {
  return {
    name: 'proxies',
    title: 'Fault proxies',
    kind: 'server',
    dependsOn: [],
    ports: [...proxied, 'control'].map((name) => ({ name })),
    readyWithinSeconds: 30,
    suggestion: 'Read the whole log: npm run logs -- proxies',
    async find(context) {
      const file = join(context.root, proxyProgram);
      if (!existsSync(file)) {
        const fix = 'Check out the whole repository.';
        return { problems: [{ part: 'proxies', what: `${proxyProgram} is missing`, fix }] };
      }
      const control = context.port('proxies', 'control');
      return {
        way: {
          from: 'this checkout',
          env: { FAULTS_CONTROL_URL: `http://127.0.0.1:${control}` },
          urls: {},
          probe: (signal) => probeTcp(control, signal),
          async prepare() {
            const env = {
              PATH: process.env['PATH'],
              NODE_OPTIONS: nodeOptions,
              CONTROL_PORT: String(control),
              PROXIES: JSON.stringify(proxied.map((name) => proxyOf(name, context))),
            };
            const launch = { program: process.execPath, args: [file], cwd: context.root, env };
            return { launch: { ...launch, stopSignal: 'SIGTERM', graceSeconds: 10 } };
          },
        },
      };
    },
  };
}

function proxyOf(name: Proxied, context: PartContext) {
  return { name, listen: `127.0.0.1:${context.port('proxies', name)}`, target: targets[name](context) };
}

const targets: Readonly<Record<Proxied, (context: PartContext) => string>> = {
  postgres: (context) => hostOf(context.stackEnv()['DATABASE_URL'], '5432'),
  redis: (context) => hostOf(context.stackEnv()['REDIS_URL'], '6379'),
  kafka: (context) => `127.0.0.1:${context.port('kafka', 'proxied')}`,
  temporal: (context) => context.stackEnv()['TEMPORAL_ADDRESS'] ?? '',
};

function hostOf(url: string | undefined, defaultPort: string): string {
  const { hostname, port } = new URL(url ?? '');
  return `${hostname}:${port === '' ? defaultPort : port}`;
}

/** The addresses of the servers for programs that reach them through the proxies. */
export function throughProxies(context: PartContext): Env {
  const { DATABASE_URL: database = '', REDIS_URL: redis = '' } = context.stackEnv();
  const port = (name: Proxied) => String(context.port('proxies', name));
  return {
    DATABASE_URL: withPort(database, port('postgres')),
    REDIS_URL: withPort(redis, port('redis')),
    KAFKA_BROKERS: `127.0.0.1:${port('kafka')}`,
    TEMPORAL_ADDRESS: `127.0.0.1:${port('temporal')}`,
  };
}

function withPort(address: string, port: string): string {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = port;
  return url.href;
}
