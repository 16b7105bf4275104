/**
 * `npm run test:image [-- <image>]`: builds the image or takes the named one, checks its content, and runs the platform
 * from it on servers of the launcher: migrations, a checkout, the stop of each process. It needs Docker, podman, or buildah
 * and root. IMAGE_ENGINE=docker|podman|buildah chooses.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { which } from '../../deploy/dev/parts/tools.ts';
import { until } from '../../platform/testing/eventually.ts';
import { roles } from '../../runtime/registry.ts';
import { freePort } from '../../testkit/free-port.ts';
import { buildahEngine } from './buildah.ts';
import { dockerEngine } from './docker.ts';
import type { Container, Engine, Outcome } from './engine.ts';
import { buySomething } from './purchase.ts';

// Not below /var/run: it is a link, and from outside the chroot it would lead to this machine's /run.
const keysFolder = '/run/service-keys';
const stopWithinSeconds = 25;
const lock = z.object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) });

function chooseEngine(): Engine {
  const wanted = process.env['IMAGE_ENGINE'] ?? '';
  const answers = (program: string) => spawnSync(program, ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
  for (const program of ['docker', 'podman'])
    if (wanted === program || (wanted === '' && answers(program))) return dockerEngine(program);
  if (which('buildah') !== undefined && process.getuid?.() === 0) return buildahEngine();
  throw new Error(
    'no container engine answers: start Docker or podman, or run as root with buildah (Debian: apt-get install buildah)',
  );
}

function check(what: string, holds: boolean, saw: unknown = ''): void {
  if (!holds) throw new Error(`failed: ${what}; found: ${typeof saw === 'string' ? saw : JSON.stringify(saw)}`);
  console.log(`ok    ${what}`);
}

/** Checks the image's configuration from outside and its content from inside. */
async function inspect(engine: Engine, tag: string): Promise<void> {
  const facts = engine.facts(tag);
  console.log(`      ${facts.mebibytes.toFixed(0)} MiB, by ${engine.name}`);
  check('its user is 10001', facts.user === '10001:10001', facts.user);
  check('Node is its entry point', facts.entrypoint.join(' ') === 'node runtime/main.ts', facts.entrypoint);
  check('it has a health check', facts.healthcheck.includes('deploy/docker/healthcheck.ts'), facts.healthcheck);
  const inside = await engine.run(tag, ['node', '--input-type=module', '--eval', looksAround]);
  const seen = z
    .object({ uid: z.number(), root: z.string(), tmp: z.string(), tools: z.array(z.string()) })
    .extend({ packages: z.array(z.string()), tests: z.array(z.string()) })
    .parse(JSON.parse(inside.output.trim().split('\n').at(-1) ?? ''));
  check('it runs as 10001', seen.uid === 10_001, seen.uid);
  check('its root file system is read-only, /tmp is writable', seen.root === 'EROFS' && seen.tmp === '', seen);
  check('no package manager, compiler or build tool is in it', seen.tools.length === 0, seen.tools);
  const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const wrong = seen.packages.filter((name) => packages[`node_modules/${name}`]?.dev === true);
  check(`none of its ${seen.packages.length} packages is for development`, wrong.length === 0, wrong);
  check('no test is in it', seen.tests.length === 0, seen.tests);
}

/** Program that runs in the container and prints what it finds, as JSON. */
const looksAround = `
import { existsSync, globSync, writeFileSync } from 'node:fs';
const code = (file) => { try { writeFileSync(file, ''); return ''; } catch (error) { return error.code; } };
const bins = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];
const unwanted = ['npm', 'npx', 'corepack', 'yarn', 'pnpm', 'gcc', 'cc', 'g++', 'make', 'cmake', 'python3', 'go', 'git', 'tsc'];
console.log(JSON.stringify({
  uid: process.getuid(),
  root: code('/app/written'),
  tmp: code('/tmp/written'),
  tools: unwanted.filter((name) => bins.some((bin) => existsSync(bin + '/' + name))),
  packages: globSync(['node_modules/*/package.json', 'node_modules/@*/*/package.json'], { cwd: '/app' })
    .map((file) => file.slice('node_modules/'.length, -'/package.json'.length)),
  tests: globSync('**/*.test.ts', { cwd: '/app', exclude: ['node_modules/**'] }),
}));`;

/** The launcher's settings for its servers, as the containers need them. */
function settings(): Record<string, string> {
  const names = (process.env['ECOMMERCE_SET_BY_LAUNCHER'] ?? '').split(' ');
  const given = names.filter((name) => name !== '' && !name.startsWith('ECOMMERCE_') && name !== 'SERVICE_KEYS_DIR');
  return {
    ...Object.fromEntries(given.map((name) => [name, process.env[name] ?? ''])),
    HOST: '127.0.0.1',
    LOG_PRETTY: 'false',
    SERVICE_KEYS_DIR: keysFolder,
  };
}

/** Copies the stack's service keys so that user 10001 can read them. Gives the folder. */
function readableKeys(): string {
  const folder = mkdtempSync(join(tmpdir(), 'service-keys-'));
  cpSync(process.env['SERVICE_KEYS_DIR'] ?? '', folder, { recursive: true });
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o755);
  return folder;
}

const port = async () => String(await freePort());

function untilHealthy(container: Container, healthcheck: readonly string[]): Promise<Outcome> {
  return until(
    () => container.exec(healthcheck),
    ({ code }) => code === 0,
    { withinMs: 120_000, everyMs: 300 },
  );
}

/** Runs the platform in two containers (services and worker), buys something, and stops both. */
async function shop(engine: Engine, tag: string, keys: string): Promise<void> {
  const mounts = { [keysFolder]: keys };
  const env = { ...settings(), HTTP_PORT: await port(), GRPC_PORT: await port() };
  const migrated = await engine.run(tag, ['node', 'runtime/migrate.ts'], { env: { ...env, SEED: 'true' }, mounts });
  check('migrations and seed', migrated.code === 0, migrated.output);
  const others = roles.filter((role) => role !== 'worker');
  const entry = ['node', 'runtime/main.ts'];
  const services = await engine.start(tag, [...entry, ...others], { env, mounts });
  const workerEnv = {
    ...env,
    HTTP_PORT: await port(),
    SERVICES_ADDRESS: `http://127.0.0.1:${env.GRPC_PORT}`,
    JWKS_URL: `http://127.0.0.1:${env.HTTP_PORT}/.well-known/jwks.json`,
  };
  const worker = await engine.start(tag, [...entry, 'worker'], { env: workerEnv, mounts });
  const healthcheck = engine.facts(tag).healthcheck.slice(1);
  for (const [name, container] of [
    ['services', services],
    ['worker', worker],
  ] as const) {
    const health = await untilHealthy(container, healthcheck);
    if (health.code !== 0) console.log((await container.stop()).output);
    check(`the image's own health check of the ${name}`, health.code === 0, health.output);
  }
  const { orderId, status, paid } = await buySomething(`http://127.0.0.1:${env.HTTP_PORT}`);
  check(`a checkout: ${orderId} ${status}, ${paid} paid`, status === 'ORDER_STATUS_COMPLETED' && paid > 0);
  for (const [name, container] of [
    ['worker', worker],
    ['services', services],
  ] as const) {
    const { code, seconds, output } = await container.stop();
    check(
      `SIGTERM to process 1 of the ${name}: exit code ${code} after ${seconds.toFixed(1)} s`,
      code === 0 && seconds < stopWithinSeconds,
      output,
    );
  }
}

const engine = chooseEngine();
const keys = readableKeys();
try {
  const [named] = process.argv.slice(2);
  const tag = named ?? 'ecommerce:try';
  if (named === undefined) engine.build(tag);
  await inspect(engine, tag);
  await shop(engine, tag, keys);
} finally {
  engine.close();
  rmSync(keys, { recursive: true, force: true });
}
