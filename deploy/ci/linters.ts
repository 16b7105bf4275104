/**
 * `node deploy/ci/linters.ts <name>`: runs one of the linters below over its files. Exits with 75 if the linter's
 * program is not available on this machine.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFiles } from './checkout-files.ts';
import { unchecked } from './status.ts';
import { acquire } from './tools/acquire.ts';
import { tools, type ToolName } from './tools/catalogue.ts';

const root = join(import.meta.dirname, '../..');

interface Linter {
  readonly tool: ToolName;
  readonly args: readonly string[];
  readonly files: () => readonly string[];
  /** The program prints the whole file that it has read, so its output is not shown. */
  readonly quiet?: boolean;
}

const shebang = /^#!.*\b(ba|da|)sh\b/;
/** Shell scripts are found by their first line, because some have no file ending. */
function shellScripts(): string[] {
  return checkoutFiles(root).filter((file) => {
    if (!/(\.sh|\/[^./]+)$/.test(file)) return false;
    return shebang.test(readFileSync(join(root, file), 'utf8').slice(0, 80));
  });
}

const linters: Readonly<Record<string, Linter>> = {
  shell: {
    tool: 'shellcheck',
    args: ['--severity=style', '--external-sources', '--source-path=SCRIPTDIR'],
    files: shellScripts,
  },
  dockerfiles: {
    tool: 'hadolint',
    args: ['--failure-threshold', 'style'],
    files: () => checkoutFiles(root).filter((file) => /(^|\/)(Dockerfile|[^/]+\.Dockerfile)$/.test(file)),
  },
  compose: {
    tool: 'checkJsonschema',
    args: ['--builtin-schema', 'vendor.compose-spec'],
    files: () => globSync('docker-compose*.y*ml', { cwd: root }),
  },
  // Reads the files as `docker compose config` does: it resolves variables, anchors and references.
  'compose-config': {
    tool: 'composeGo',
    args: ['-format', 'json'],
    files: () => globSync('docker-compose*.y*ml', { cwd: root }),
    quiet: true,
  },
  dependabot: {
    tool: 'checkJsonschema',
    args: ['--builtin-schema', 'vendor.dependabot'],
    files: () => globSync('.github/dependabot.yml', { cwd: root }),
  },
  workflows: { tool: 'actionlint', args: ['-color'], files: () => globSync('.github/workflows/*.y*ml', { cwd: root }) },
  'workflow-security': {
    tool: 'zizmor',
    args: ['--offline', '--persona=pedantic', '--no-progress', '--min-severity=low'],
    files: () => ['.github'],
  },
};

const name = process.argv[2] ?? '';
const linter = linters[name];
if (linter === undefined) {
  console.log(
    `There is no linter ${name === '' ? 'without a name' : name}. Name one of ${Object.keys(linters).join(', ')}.`,
  );
  process.exit(2);
}
const files = linter.files();
if (files.length === 0) {
  console.log(`${name}: no file matches, so this check would never fail. Correct its files in deploy/ci/linters.ts.`);
  process.exit(1);
}
const tool = await acquire(tools[linter.tool]);
if ('missing' in tool) {
  console.log(`${tools[linter.tool].program}: ${tool.missing}`);
  process.exit(unchecked);
}
const stdout = linter.quiet === true ? 'ignore' : 'inherit';
const { status } = spawnSync(tool.path, [...linter.args, ...files], {
  cwd: root,
  stdio: ['ignore', stdout, 'inherit'],
});
process.exitCode = status ?? 1;
