import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';

const workflowsFolder = import.meta.dirname;
const defaultCacheFolder = join(import.meta.dirname, '../node_modules/.cache/workflow-bundles');

/**
 * The code that workers run workflows from. Bundling takes seconds, so it is kept, by its content, and made anew only
 * if that changed; a cache folder that can't be written costs the time and nothing else.
 */
export async function loadWorkflowBundle(
  cacheFolder: string = defaultCacheFolder,
): Promise<WorkflowBundleWithSourceMap> {
  const file = join(cacheFolder, `${await contentHash()}.js`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { code: kept, sourceMap: '' };
  const bundle = await bundleWorkflowCode({ workflowsPath: join(workflowsFolder, 'index.ts'), logger: silent });
  await keep(cacheFolder, file, bundle.code).catch(() => undefined);
  return bundle;
}

/** Of every file that may be bundled, and of the SDK's version. */
async function contentHash(): Promise<string> {
  const hash = createHash('sha256');
  const sdk: unknown = createRequire(import.meta.url)('@temporalio/worker/package.json');
  hash.update(JSON.stringify(sdk));
  const files = await readdir(workflowsFolder, { recursive: true });
  const names = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(await readFile(join(workflowsFolder, name)));
  return hash.digest('hex').slice(0, 32);
}

/** Written aside and renamed, so that another worker never reads half of it. */
async function keep(folder: string, file: string, code: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const aside = `${file}.${process.pid}.tmp`;
  await writeFile(aside, code);
  await rename(aside, file);
}

const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
