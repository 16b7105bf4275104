import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { withoutEmpty, type Env } from './errors.ts';

/** Adds the variables of the folder's `.env` file, if there is one, to `env`. Variables of `env` win. */
export function withEnvFile(env: Env, folder: string): Env {
  return { ...withoutEmpty(readEnvFile(join(folder, '.env'))), ...withoutEmpty(env) };
}

function readEnvFile(path: string): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
