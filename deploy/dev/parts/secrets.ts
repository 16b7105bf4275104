import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeServiceKeys } from '../../../platform/auth/write-service-keys.ts';
import { keyHolders } from '../../../runtime/registry.ts';
import type { Env } from '../supervisor/part.ts';

// Only for development, because these passwords are public. In production none of these settings has a default.
const accounts = {
  ADMIN_EMAIL: 'admin@example.com',
  ADMIN_PASSWORD: 'admin-development-only',
  DEMO_EMAIL: 'demo@example.com',
  DEMO_PASSWORD: 'demo-development-only',
};

/** Settings that only a development stack has defaults for. The caller's environment takes precedence. */
export function developmentSettings(folder: string, callerEnv: NodeJS.ProcessEnv): Env {
  makeSecrets(folder);
  const env: Env = {
    APP_ENV: 'development',
    // A quarter of the work of production's cost 12, so that two cores sign in about 40 users a second instead of 10.
    SSO_BCRYPT_COST: '10',
    JWT_SECRET: readFileSync(join(folder, 'secrets', 'jwt-secret'), 'utf8'),
    SERVICE_KEYS_DIR: join(folder, 'secrets', 'service-keys'),
    ...accounts,
  };
  for (const name of Object.keys(env)) {
    const set = callerEnv[name];
    if (set !== undefined && set !== '') env[name] = set;
  }
  return env;
}

/**
 * Makes the secrets that the folder does not have. They are stored with the data that they protect and are deleted with
 * them. Data of an older version have no key for a caller that came later.
 */
function makeSecrets(folder: string): void {
  const secrets = join(folder, 'secrets');
  if (existsSync(secrets)) {
    writeServiceKeys(join(secrets, 'service-keys'), keyHolders);
    return;
  }
  const aside = `${secrets}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  writeFileSync(join(aside, 'jwt-secret'), randomBytes(32).toString('base64url'), { mode: 0o600 });
  writeServiceKeys(join(aside, 'service-keys'), keyHolders);
  renameSync(aside, secrets);
}
