import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { findPackageJSON, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { collectErrors, WorkflowCodeError } from './bundle-errors.ts';

const workflowsEntry = join(import.meta.dirname, 'index.ts');
const interceptors = join(import.meta.dirname, 'interceptors.ts');
const defaultCacheFolder = join(import.meta.dirname, '../node_modules/.cache/workflow-bundles');

/**
 * Loads the bundle of workflow code for workers. Bundling takes seconds, so the bundle is cached under a hash of its
 * sources. If the cache folder can't be written, the bundle is made anew at every start.
 * @throws WorkflowCodeError if the code has errors
 */
export async function loadWorkflowBundle(
  cacheFolder: string = defaultCacheFolder,
): Promise<WorkflowBundleWithSourceMap> {
  const file = join(cacheFolder, `${await bundleKey(workflowsEntry, interceptors)}.js`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { code: kept, sourceMap: '' };
  const bundle = await makeBundle(workflowsEntry, [interceptors]);
  await keep(cacheFolder, file, bundle.code).catch(() => undefined);
  return bundle;
}

/** @throws WorkflowCodeError if the code has errors */
export async function makeBundle(
  workflowsPath: string,
  workflowInterceptorModules: string[],
): Promise<WorkflowBundleWithSourceMap> {
  const { hook, tell } = collectErrors(join(import.meta.dirname, '..'));
  try {
    return await bundleWorkflowCode({
      workflowsPath,
      workflowInterceptorModules,
      logger: silent,
      webpackConfigHook: hook,
    });
  } catch (error) {
    // Without its cause: that is an advice to visit a page, and a stack of webpack.
    throw new WorkflowCodeError(tell(error));
  }
}

/**
 * A hash of everything in a bundle of `entries`: every source file that it imports, directly or not, the versions of the
 * packages that these files import, and the version of the SDK that bundles them.
 */
export async function bundleKey(...entries: readonly [string, ...string[]]): Promise<string> {
  const { files, packages } = await sourcesOf(...entries);
  const hash = createHash('sha256');
  for (const name of [...packages].sort()) hash.update(`\0${name}\0`).update(await versionOf(name));
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // The same sources have the same key in every checkout.
    hash.update(`\0${relative(dirname(entries[0]), path)}\0`).update(text);
  }
  return hash.digest('hex').slice(0, 32);
}

export interface BundleSources {
  /** Texts by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
}

// `import type` is not followed, since TypeScript erases it.
const importsOrExports = /^(?:import|export)\b(?!\s+type\b)(?:[^'"=;()]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
const dynamicImports = /\bimport\(\s*['"]([^'"\n]+)['"]/g;

/** The files and packages that `entries` import, directly or through other files. */
export async function sourcesOf(...entries: readonly string[]): Promise<BundleSources> {
  const files = new Map<string, string>();
  const packages = new Set(['@temporalio/worker']);
  const left = [...entries];
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

/** Returns the package of an import: `@temporalio/common` for `@temporalio/common/lib/proto-utils.js`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

async function versionOf(packageName: string): Promise<string> {
  const file = findPackageJSON(packageName, import.meta.url);
  if (file === undefined) throw new Error(`a workflow imports ${packageName}, which is not installed: run npm install`);
  const { version }: { readonly version?: unknown } = JSON.parse(await readFile(file, 'utf8'));
  return String(version);
}

/** Writes a temporary file and renames it, so that another worker never reads half a bundle. */
async function keep(folder: string, file: string, code: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const aside = `${file}.${process.pid}.tmp`;
  await writeFile(aside, code);
  await rename(aside, file);
}

const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
