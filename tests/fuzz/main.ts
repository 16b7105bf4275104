/**
 * `npm run fuzz [seconds]`: Schemathesis, with all its checks, against the running REST API as nobody, as a customer
 * and as an administrator. Any answer with a 5xx, or outside the OpenAPI document, fails it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../deploy/dev/bootstrap/paths.mjs';
import { baseUrl } from '../e2e/drivers/driver.ts';
import { restDriver } from '../e2e/drivers/rest.ts';
import { fundedCustomer } from '../e2e/shop.ts';

const version = '4.32.5';
const seconds = Number(process.argv[2] ?? 60);

/** Schemathesis comes from PyPI, into a virtual environment in the tool cache. */
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
    throw new Error('Schemathesis could not be installed: python3 with venv and pip is needed', { cause: error });
  }
  return program;
}

async function tokenOf(email = '', password = ''): Promise<string> {
  const answer = await restDriver().call('ecommerce.sso.v1.AuthService/Login', { email, password });
  return (answer['tokens'] as { accessToken: string }).accessToken;
}

const program = install();
const customer = await fundedCustomer(restDriver(), 1_000_000);
const callers: readonly { name: string; token?: string }[] = [
  { name: 'nobody' },
  { name: 'a customer', token: await tokenOf(customer.email, customer.password) },
  { name: 'an administrator', token: await tokenOf(process.env['ADMIN_EMAIL'], process.env['ADMIN_PASSWORD']) },
];
const failed = callers.filter(({ name, token }) => {
  console.log(`\nSchemathesis as ${name}, ${Math.round(seconds / callers.length)} s`);
  const result = spawnSync(
    program,
    [
      ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
      ...['run', `${baseUrl()}/openapi.json`],
      ...['--max-time', String(Math.max(1, Math.round(seconds / callers.length)))],
      ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ],
    { stdio: 'inherit' },
  );
  return result.status !== 0;
});
console.log(`${callers.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
