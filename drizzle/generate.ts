/**
 * `npm run db:generate [service…]` writes the next migration of each service whose schema.ts has changed; `--name=<words>`
 * names it. With `--check` it writes nothing that stays, and fails if a migration is missing.
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

/** The schema is there before the first migration: the record of what was applied stands in it. */
function allowForSchema(folder: string): void {
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.sql'))) {
    const sql = readFileSync(join(folder, file), 'utf8');
    const mended = sql.replace(/^CREATE SCHEMA (?=")/gm, 'CREATE SCHEMA IF NOT EXISTS ');
    if (mended !== sql) writeFileSync(join(folder, file), mended);
  }
}

/** True if drizzle-kit would write a migration beyond the committed ones. */
function isStale(service: string): boolean {
  // Inside the checkout, because drizzle-kit resolves its output folder from there.
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
    console.error(`schema.ts and migrations differ for ${stale.join(', ')}; run \`npm run db:generate\``);
    process.exit(1);
  }
} else {
  for (const service of services) {
    const folder = join(root, 'drizzle', service);
    generate(service, folder);
    allowForSchema(folder);
  }
}
