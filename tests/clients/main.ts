/**
 * `npm run test:clients`: buys from the running platform with clients that each language's usual generator makes, and
 * prints a line for each. A language whose tools are missing is skipped; in CI, and if all are skipped, that is told as a
 * failure. Words choose languages, for example `-- go java`.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { go } from './go/client.ts';
import { java } from './java/client.ts';
import { run, type Client, type Language } from './language.ts';
import { python } from './python/client.ts';
import { typescript } from './typescript/client.ts';

const root = join(import.meta.dirname, '../..');
const api = process.env['ECOMMERCE_API_URL'] ?? '';
const grpc = new URL(process.env['ECOMMERCE_GRPC_URL'] ?? '').host;
const languages: Readonly<Record<string, Language>> = { python, go, java, typescript };
const chosen = process.argv.slice(2);
const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);

const counts = { passed: 0, failed: 0, skipped: 0 };
const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

function buy(client: Client): void {
  try {
    client.buy({ CLIENT_API: api, CLIENT_GRPC: grpc });
    counts.passed++;
    console.log(`ok       ${client.name}`);
  } catch (error) {
    counts.failed++;
    console.log(`FAIL     ${client.name}\n${message(error)}`);
  }
}

// A fresh checkout has no imported protos. The check of the generated code fetches them.
if (!existsSync(join(root, 'proto/deps')))
  run(process.execPath, ['--disable-warning=ExperimentalWarning', 'proto/generate.ts', '--check'], { cwd: root });
const document = await (await fetch(`${api}/openapi.json`)).text();
for (const [name, language] of Object.entries(languages).filter(([each]) => isChosen(each))) {
  const missing = language.missing();
  if (missing !== undefined) {
    counts.skipped++;
    console.log(`skipped  ${name}: ${missing}`);
    continue;
  }
  const folder = join(root, '.state/clients', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const openapi = join(folder, 'openapi.json');
  writeFileSync(openapi, document);
  try {
    language.prepare({ root, folder, openapi }).forEach(buy);
  } catch (error) {
    counts.failed++;
    console.log(`FAIL     ${name}: the client cannot be made\n${message(error)}`);
  }
}

console.log(`${counts.passed} clients bought, ${counts.failed} failed, ${counts.skipped} languages skipped`);
if (counts.passed === 0) console.log('No client was tested: this is not a pass.');
const isComplete = counts.skipped === 0 || process.env['CI'] === undefined;
process.exitCode = counts.passed > 0 && counts.failed === 0 && isComplete ? 0 : 1;
