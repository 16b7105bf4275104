/**
 * `node deploy/ci/linters.ts <name>`: one of the linters below over the files that it is for. Exits with 75 if its
 * program can not be had on this machine.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unchecked } from './status.ts';
import { acquire } from './tools/acquire.ts';
import { tools, type ToolName } from './tools/catalogue.ts';

const root = join(import.meta.dirname, '../..');

interface Linter {
  readonly tool: ToolName;
  readonly args: readonly string[];
  readonly files: () => readonly string[];
  /** It prints what it read. */
  readonly quiet?: boolean;
}

const shebang = /^#!.*\b(ba|da|)sh\b/;
const tracked = () =>
  spawnSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).stdout.split('\0');

/** Scripts by their first line, so that none without an ending is missed. */
function shellScripts(): string[] {
  return tracked().filter((file) => {
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
    files: () => tracked().filter((file) => /(^|\/)(Dockerfile|[^/]+\.Dockerfile)$/.test(file)),
  },
  compose: {
    tool: 'checkJsonschema',
    args: ['--builtin-schema', 'vendor.compose-spec'],
    files: () => globSync('docker-compose*.y*ml', { cwd: root }),
  },
  // Reads them as `docker compose config` does: variables, anchors, and what refers to what.
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
  console.log(`which of ${Object.keys(linters).join(', ')}?`);
  process.exit(2);
}
const files = linter.files();
if (files.length === 0) {
  console.log(`${name}: there is nothing to lint, so this check could not fail`);
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
