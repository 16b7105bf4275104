// Preloaded (`--import`) by processes of development and of the tests: resolves imports without work that Node repeats for
// each of them. Node reads the package.json of a package again for every import of it, and for every file in it. That of
// drizzle-orm has 179 kB, so this took 40 % of the start of a process.
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const installed = '/node_modules/';
const drizzle = '/node_modules/drizzle-orm/';
const packages = new Map();

/** The format of a file of ours or of drizzle-orm that is imported by its path; undefined for all others. */
function formatOf(specifier, parent) {
  if (!parent.includes(installed)) return specifier.endsWith('.ts') ? 'module-typescript' : undefined;
  return parent.includes(drizzle) && specifier.endsWith('.js') ? 'module' : undefined;
}

function byPath(specifier, parent) {
  const format = formatOf(specifier, parent);
  if (format === undefined) return undefined;
  const url = new URL(specifier, parent);
  // Node's own error for a missing file names the file that imports it.
  return existsSync(fileURLToPath(url)) ? { url: url.href, format, shortCircuit: true } : undefined;
}

// A Node that is too old for hooks imports as ever.
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    const { parentURL: parent, conditions } = context;
    if (parent === undefined || !parent.startsWith('file:') || !conditions.includes('import')) {
      return next(specifier, context);
    }
    if (/^\.\.?\//.test(specifier)) return byPath(specifier, parent) ?? next(specifier, context);
    if (parent.includes(installed) || /^[/#]|^[a-z]+:/.test(specifier)) return next(specifier, context);
    // All our files see the same packages.
    const found = packages.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
    packages.set(specifier, found);
    return found;
  },
});
