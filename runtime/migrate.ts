import { z } from 'zod';
import { ConfigError, withoutEmpty } from '../platform/config/errors.ts';
import { withCurrentNames } from '../platform/config/former-names.ts';
import { flag } from '../platform/config/schemas.ts';
import { openDatabase } from '../platform/data/db/database.ts';
import { MigrationBlocked, migrateService } from '../platform/data/db/migrate.ts';
import { seedProducts } from '../services/products/seed/index.ts';
import { readDatabaseUrls } from './config.ts';
import { waitForServer } from './databases.ts';
import { owners as allOwners, schemaOf, type Owner } from './registry.ts';
import { readSeedConfig, type SeedConfig } from './seed-config.ts';
import { seedSso } from '../services/sso/seed/index.ts';
import { seedWallet } from '../services/wallet/seed/index.ts';
import { formerNames } from './former-names.ts';

const settings = z.object({
  SEED: flag.default(false),
  START_WAIT_SECONDS: z.coerce.number().positive().max(600).default(30),
});

/** `node runtime/migrate.ts [service…]`: migrates the schemas; with SEED=true it also adds development data. */
async function main(args: readonly string[]): Promise<void> {
  const owners = ownersNamed(args);
  const { env, warnings } = withCurrentNames(withoutEmpty(process.env), formerNames);
  for (const warning of warnings) console.warn(warning);
  const { SEED: seed, START_WAIT_SECONDS: waitSeconds } = settings.parse(env);
  const urls = readDatabaseUrls(process.env, owners);
  const seedConfig = seed ? readSeedConfig(env) : undefined;
  for (const { owner, url } of urls) {
    await waitForServer(url, waitSeconds);
    await migrateService(url, owner, schemaOf(owner));
    console.log(`${owner}: schema is up to date`);
  }
  if (seedConfig !== undefined) await seedAll(new Map(urls.map(({ owner, url }) => [owner, url])), seedConfig);
}

function ownersNamed(args: readonly string[]): readonly Owner[] {
  const known = new Set<string>(allOwners);
  const unknown = args.filter((arg) => !known.has(arg));
  if (unknown.length > 0)
    throw new ConfigError([`no service with a schema is called ${unknown.join(', ')}: use ${allOwners.join(', ')}`]);
  return args.length === 0 ? allOwners : allOwners.filter((owner) => args.includes(owner));
}

async function seedAll(urls: ReadonlyMap<Owner, string>, config: SeedConfig): Promise<void> {
  const withDatabase = async <Result>(
    owner: Owner,
    seed: (db: ReturnType<typeof openDatabase>['db']) => Promise<Result>,
  ) => {
    const url = urls.get(owner);
    if (url === undefined) return undefined;
    const database = openDatabase({ url, applicationName: `seed-${owner}`, poolSize: 8 });
    try {
      return await seed(database.db);
    } finally {
      await database.close();
    }
  };
  const made = await withDatabase('products', seedProducts);
  if (made !== undefined) console.log(`products: ${made} product(s) added to the catalog`);
  const customerId = await withDatabase('sso', (db) => seedSso(db, config));
  if (customerId === undefined) return;
  console.log('sso: the demo customer exists');
  await withDatabase('wallet', (db) => seedWallet(db, customerId));
  console.log("wallet: the demo customer's wallet has money");
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof ConfigError || error instanceof z.ZodError;
  console.error(isUsage || error instanceof MigrationBlocked ? error.message : error);
  process.exitCode = isUsage ? 2 : 1;
}
