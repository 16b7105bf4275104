import { readDatabaseUrl } from '../platform/config/database-url.ts';
import { openDatabase } from '../platform/data/db/database.ts';
import { withCurrentNames } from '../platform/config/former-names.ts';
import { buildKeyOperations } from '../services/sso/app.ts';
import { formerNames } from '../runtime/former-names.ts';
import { readSsoConfig } from '../services/sso/config.ts';
import type { KeyDeps } from '../services/sso/domain/keys/deps.ts';
import type { KeyStatus } from '../services/sso/domain/keys/list.ts';
import { printMany } from './output.ts';
import { callPart, databasePart } from './parts.ts';
import { warn } from './say.ts';

/**
 * Opens sso's database, calls `work` with its signing keys and closes the database.
 * @param given SSO_DATABASE_URL or DATABASE_URL, and JWT_SECRET, with the values of the running services
 */
export async function withSigningKeys(
  given: Readonly<NodeJS.ProcessEnv>,
  work: (keys: KeyDeps) => Promise<void>,
): Promise<void> {
  const { env, warnings } = withCurrentNames(given, formerNames);
  for (const warning of warnings) warn(warning);
  const config = readSsoConfig(env);
  const url = readDatabaseUrl(env, 'sso');
  const database = openDatabase({ url, applicationName: 'cli', poolSize: 1 });
  try {
    await callPart(databasePart('sso', url), database.check);
    await work(buildKeyOperations({ db: database.db, config }));
  } finally {
    await database.close();
  }
}

/** Prints a table of keys, in the given order. */
export function printKeys(keys: readonly KeyStatus[], json: boolean): void {
  const time = (moment: Date | undefined) => moment?.toISOString() ?? '';
  const rows = keys.map(({ kid, state, createdAt, signsFrom, goodUntil }) => ({
    kid,
    state,
    created: time(createdAt),
    signsFrom: time(signsFrom),
    goodUntil: time(goodUntil),
  }));
  printMany(rows, json);
}
