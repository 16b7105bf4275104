import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * Makes the secrets if the folder has none. They are stored with the data that they protect and are deleted with them.
 */
function makeSecrets(folder: string): void {
  const secrets = join(folder, 'secrets');
  if (existsSync(secrets)) return;
  const aside = `${secrets}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  const keys = join(aside, 'service-keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const write = (file: string, text: string) => writeFileSync(file, text, { mode: 0o600 });
  write(join(aside, 'jwt-secret'), randomBytes(32).toString('base64url'));
  const published = [];
  for (const caller of keyHolders) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const marks = { kid: caller, alg: 'EdDSA', use: 'sig' };
    write(join(keys, `${caller}.json`), JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...marks }));
    published.push({ ...publicKey.export({ format: 'jwk' }), ...marks });
  }
  write(join(keys, 'public.json'), JSON.stringify({ keys: published }));
  renameSync(aside, secrets);
}
