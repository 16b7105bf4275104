import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import type { Launch, Part, PartContext, Way } from '../supervisor/part.ts';
import { fromCompose } from './docker.ts';
import { firstWay, notSet, type Refusal } from './sources.ts';
import { noPackageManager, systemInstaller } from './system-packages.ts';
import { isOlder, says, which } from './tools.ts';

/** The catalog cache needs SET with PXAT. */
const oldest = [6, 2] as const;
const fix = `Install Redis ${oldest.join('.')} or newer.`;
const packages = { apt: 'redis-server', dnf: 'redis', apk: 'redis', brew: 'redis' };
const folders = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Redis. It contains only what can be lost (caches, rate limits), so it writes nothing to disk. */
export function redis(fixedPort?: number): Part {
  return {
    name: 'redis',
    title: 'Redis',
    kind: 'server',
    dependsOn: [],
    ports: [{ name: 'redis', variable: 'REDIS_PORT', ...(fixedPort === undefined ? {} : { fixed: fixedPort }) }],
    readyWithinSeconds: 30,
    suggestion: 'Start `redis-server` by hand to see whether it runs on this machine.',
    find: (context) =>
      firstWay(
        'redis',
        { environment: fromEnvironment, docker: inDocker, machine: onMachine, install: installed },
        context,
      ),
  };
}

async function fromEnvironment({ callerEnv }: PartContext): Promise<Way | Refusal> {
  const url = callerEnv['REDIS_URL'];
  if (url === undefined || url === '') return notSet('REDIS_URL', 'redis://host:6379');
  return { ...way(url), from: 'environment', prepare: async () => ({}) };
}

function inDocker(context: PartContext): Promise<Way | Refusal> {
  const ports = { REDIS_PORT: String(context.port('redis', 'redis')) };
  return fromCompose('redis', { service: 'redis', ports }, way(urlOf(context)), context);
}

async function onMachine(context: PartContext): Promise<Way | Refusal> {
  const found = await findServer();
  if (found === undefined) return { reason: 'redis-server is not on this machine', fix };
  const { program, version } = found;
  if (isOlder(version, oldest)) return { reason: tooOld(found), fix };
  return {
    ...way(urlOf(context)),
    from: `found ${program}`,
    prepare: async () => ({ launch: launch(program, context), version }),
  };
}

async function installed(context: PartContext): Promise<Way | Refusal> {
  const installer = systemInstaller(packages);
  const reason = 'Redis is a system package, which this user may not install';
  if (installer === undefined) return { reason: noPackageManager, fix };
  const { install } = installer;
  if (install === undefined) return { reason, fix: `Run: ${installer.command}` };
  return {
    ...way(urlOf(context)),
    from: `installed (${installer.command})`,
    async prepare() {
      await install(context);
      const found = await findServer();
      if (found === undefined) throw new Error('Redis was installed, but does not run: check `redis-server --version`');
      if (isOlder(found.version, oldest)) throw new Error(`${tooOld(found)}. ${fix}`);
      return { launch: launch(found.program, context), version: found.version };
    },
  };
}

interface Server {
  readonly program: string;
  readonly version: string;
}

const tooOld = ({ program, version }: Server) => `${program} is Redis ${version}, which is too old`;

async function findServer(): Promise<Server | undefined> {
  const program = which('redis-server', folders);
  if (program === undefined) return undefined;
  const version = /v=(\d+\.\d+\.\d+)/.exec((await says(program, '--version')) ?? '')?.[1];
  return version === undefined ? undefined : { program, version };
}

function launch(program: string, context: PartContext): Launch {
  mkdirSync(context.dataFolder, { recursive: true });
  const settings = {
    bind: '127.0.0.1',
    port: String(context.port('redis', 'redis')),
    dir: context.dataFolder,
    save: '',
    appendonly: 'no',
  };
  return {
    program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    cwd: context.dataFolder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  };
}

function urlOf(context: PartContext): string {
  return `redis://127.0.0.1:${context.port('redis', 'redis')}`;
}

function way(url: string): Pick<Way, 'probe' | 'env' | 'urls'> {
  return {
    probe: (signal) => probeRedis(url, signal),
    env: { REDIS_URL: url },
    urls: { redis: url.replace(/:[^:@/]*@/, ':***@') },
  };
}

/** Resolves if Redis answers PING, also if it asks for a password, which only our processes know. @throws if not */
async function probeRedis(url: string, signal: AbortSignal): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), signal });
    socket.on('error', reject);
    socket.on('connect', () => (protocol === 'rediss:' ? resolve() : socket.write('PING\r\n')));
    socket.on('data', (data) => {
      socket.destroy();
      const text = data.toString().trim();
      if (text === '+PONG' || text.startsWith('-NOAUTH')) resolve();
      else reject(new Error(`it answers PING with ${text}`));
    });
    socket.on('close', () => reject(new Error('it closed the connection without an answer')));
  });
}
