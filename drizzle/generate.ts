/**
 * `npm run db:generate [-- service…]`: writes the next migration of each service whose schema.ts has changed;
 * `--name=<words>` names it. With `--check` it changes nothing, and exits with 1 if a migration is missing.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const name = process.argv.filter((argument) => argument.startsWith('--name='));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const all = readdirSync(join(root, 'services')).filter((name) => existsSync(join(root, 'services', name, 'schema.ts')));

function generate(service: string, out: string): void {
  execFileSync('drizzle-kit', ['generate', '--config', 'drizzle.config.ts', ...name], {
    cwd: root,
    stdio: check ? 'ignore' : 'inherit',
    env: { ...process.env, SERVICE: service, DRIZZLE_OUT: relative(root, out) },
  });
}

/** The migrator makes the schema before the first migration, because its record of migrations is in that schema. */
function allowForSchema(folder: string): void {
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.sql'))) {
    const sql = readFileSync(join(folder, file), 'utf8');
    const mended = sql.replace(/^CREATE SCHEMA (?=")/gm, 'CREATE SCHEMA IF NOT EXISTS ');
    if (mended !== sql) writeFileSync(join(folder, file), mended);
  }
}

/** Whether drizzle-kit would write another migration. */
function isStale(service: string): boolean {
  // The copy is inside the checkout, because drizzle-kit takes its output folder relative to the checkout.
  const copy = mkdtempSync(join(root, 'node_modules/.drizzle-check-'));
  try {
    cpSync(join(root, 'drizzle', service), copy, { recursive: true });
    const before = readdirSync(copy).length;
    generate(service, copy);
    return readdirSync(copy).length !== before;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const services = named.length > 0 ? named : all;
if (check) {
  const stale = services.filter(isStale);
  if (stale.length > 0) {
    console.error(`A migration is missing for ${stale.join(', ')}: run \`npm run db:generate\` and commit the result.`);
    process.exit(1);
  }
} else {
  for (const service of services) {
    const folder = join(root, 'drizzle', service);
    generate(service, folder);
    allowForSchema(folder);
  }
}
