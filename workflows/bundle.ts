import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { findPackageJSON, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';

const workflowsEntry = join(import.meta.dirname, 'index.ts');
const defaultCacheFolder = join(import.meta.dirname, '../node_modules/.cache/workflow-bundles');

/**
 * The code that workers run workflows from. Bundling takes seconds, so it is kept, by its content, and made anew only
 * if that changed; a cache folder that can't be written costs the time and nothing else.
 */
export async function loadWorkflowBundle(
  cacheFolder: string = defaultCacheFolder,
): Promise<WorkflowBundleWithSourceMap> {
  const file = join(cacheFolder, `${await bundleKey(workflowsEntry)}.js`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { code: kept, sourceMap: '' };
  const bundle = await bundleWorkflowCode({ workflowsPath: workflowsEntry, logger: silent });
  await keep(cacheFolder, file, bundle.code).catch(() => undefined);
  return bundle;
}

/**
 * A hash of all that a bundle of `entry` is made of: every source file that it reaches, wherever that file stands, and
 * the versions of the packages that these files import and of the SDK that bundles them.
 */
export async function bundleKey(entry: string): Promise<string> {
  const { files, packages } = await sourcesOf(entry);
  const hash = createHash('sha256');
  for (const name of [...packages].sort()) hash.update(`\0${name}\0`).update(await versionOf(name));
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // The same sources have the same key in every checkout.
    hash.update(`\0${relative(dirname(entry), path)}\0`).update(text);
  }
  return hash.digest('hex').slice(0, 32);
}

export interface BundleSources {
  /** Texts by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
}

// What TypeScript erases (`import type`) is not followed.
const importsOrExports = /^(?:import|export)\b(?!\s+type\b)(?:[^'"=;()]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
const dynamicImports = /\bimport\(\s*['"]([^'"\n]+)['"]/g;

/** The files and packages that `entry` reaches by its imports and those of the files that it imports. */
export async function sourcesOf(entry: string): Promise<BundleSources> {
  const files = new Map<string, string>();
  const packages = new Set(['@temporalio/worker']);
  const left = [entry];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (files.has(file)) continue;
    const text = await readFile(file, 'utf8');
    files.set(file, text);
    for (const [, specifier = ''] of [...text.matchAll(importsOrExports), ...text.matchAll(dynamicImports)]) {
      if (specifier.startsWith('.')) left.push(join(dirname(file), specifier));
      else if (!isBuiltin(specifier)) packages.add(packageOf(specifier));
    }
  }
  return { files, packages };
}

/** `@temporalio/common` of `@temporalio/common/lib/proto-utils.js`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

async function versionOf(packageName: string): Promise<string> {
  const file = findPackageJSON(packageName, import.meta.url);
  if (file === undefined) throw new Error(`${packageName} is imported by a workflow and not installed`);
  const { version }: { readonly version?: unknown } = JSON.parse(await readFile(file, 'utf8'));
  return String(version);
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
