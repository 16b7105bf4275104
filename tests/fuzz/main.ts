/**
 * `npm run fuzz [seconds]`: runs Schemathesis with all its checks against the REST API without a token, as a customer and
 * as an admin. It fails on a 5xx and on answers that the OpenAPI document does not describe. FUZZ_SEED repeats a run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../deploy/dev/bootstrap/paths.mjs';
import { adminCredentials } from '../../testkit/stack/stack.ts';
import { baseUrl } from '../e2e/drivers/driver.ts';
import { restDriver } from '../e2e/drivers/rest.ts';
import { admin, fundedCustomer } from '../e2e/shop.ts';

const version = '4.32.5';
const seconds = Number(process.argv[2] ?? 60);
const seed = process.env['FUZZ_SEED'] ?? String(randomInt(2 ** 32));

/** Installs Schemathesis from PyPI into a virtual environment in the tool cache, once. Gives the path of the program. */
function install(): string {
  const folder = join(cacheFolder(), `schemathesis-${version}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`];
    execFileSync(join(folder, 'bin', 'python3'), pip, { stdio: 'inherit' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error('could not install Schemathesis: install python3 with venv and pip, then try again', {
      cause: error,
    });
  }
  return program;
}

interface Caller {
  readonly name: string;
  /** Share of the time, 0 to 1. */
  readonly share: number;
  readonly email?: string;
  readonly password?: string;
}

async function tokenOf({ email, password }: Pick<Caller, 'email' | 'password'>): Promise<string | undefined> {
  if (email === undefined) return undefined;
  const answer = await restDriver().call('ecommerce.sso.v1.AuthService/Login', { email, password });
  return (answer['tokens'] as { accessToken: string }).accessToken;
}

async function environmentOf(caller: Caller, products: readonly string[]): Promise<Record<string, string>> {
  const token = await tokenOf(caller);
  return {
    SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py'),
    FUZZ_SEED: seed,
    FUZZ_BASE_URL: baseUrl(),
    FUZZ_PRODUCTS: products.join(','),
    ...(caller.email === undefined ? {} : { FUZZ_EMAIL: caller.email, FUZZ_PASSWORD: caller.password ?? '' }),
    ...(token === undefined ? {} : { FUZZ_TOKEN: token }),
  };
}

/**
 * Writes the configuration for one caller. For a signed-in caller it names a second user, the neighbour. The check
 * `object_level_authorization` repeats the caller's reads with the neighbour's token.
 */
function configurationFor(folder: string, token: string | undefined, neighbour: string): string {
  const common = readFileSync(join(import.meta.dirname, 'schemathesis.toml'), 'utf8');
  const file = join(folder, 'schemathesis.toml');
  if (token === undefined) {
    writeFileSync(file, common);
    return file;
  }
  const users = { caller: token, neighbour };
  const auth = Object.entries(users).map(([name, bearer]) => ({
    name,
    fixedHeaders: [{ name: 'Authorization', value: `Bearer ${bearer}` }],
  }));
  const usersFile = join(folder, 'users.json');
  writeFileSync(usersFile, JSON.stringify({ auth }));
  const wfc = [
    '[auth.wfc]',
    `path = ${JSON.stringify(usersFile)}`,
    'user = "caller"',
    'peers = ["caller", "neighbour"]',
  ];
  writeFileSync(file, [common, ...wfc, ''].join('\n'));
  return file;
}

async function passes(caller: Caller, neighbour: string, products: readonly string[]): Promise<boolean> {
  const time = Math.max(1, Math.round(seconds * caller.share));
  console.log(`\nSchemathesis as ${caller.name}, ${time} s, seed ${seed}`);
  const environment = await environmentOf(caller, products);
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  // Not spawnSync: it blocks the event loop, so the driver would not notice that its idle connections were closed.
  const child = spawn(
    program,
    [
      ...['--config-file', configurationFor(folder, environment['FUZZ_TOKEN'], neighbour)],
      ...['run', `${baseUrl()}/openapi.json`],
      ...['--seed', seed, '--max-time', String(time)],
    ],
    { stdio: 'inherit', env: { ...process.env, ...environment } },
  );
  const [status]: unknown[] = await once(child, 'exit');
  rmSync(folder, { recursive: true });
  return status === 0;
}

const program = install();
const shop = await admin(restDriver());
const products: string[] = [];
for (const priceMinor of [1, 1999, 100_000])
  products.push((await shop.createProduct({ priceMinor, pieces: 1_000_000 })).productId);
const { email, password } = await fundedCustomer(restDriver(), 100_000_000);
const neighbour = (await fundedCustomer(restDriver(), 100)).tokens.accessToken;
const callers: readonly Caller[] = [
  { name: 'nobody', share: 0.2 },
  { name: 'a customer', share: 0.4, email, password },
  { name: 'an admin', share: 0.4, ...adminCredentials() },
];
let failed = 0;
for (const caller of callers) if (!(await passes(caller, neighbour, products))) failed++;
console.log(`${callers.length - failed} callers passed, ${failed} failed. To repeat the run: FUZZ_SEED=${seed}`);
process.exitCode = failed > 0 ? 1 : 0;
