import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './commands.ts';

/** Blocks that only make sense as a whole, as their page has them. clients.test.ts runs those of docs/clients. */
export const scripts = [
  { page: 'README.md', begins: 'API=http://127.0.0.1:8000/api/v1' },
  { page: 'docs/deploy.md', begins: 'API=https://api.your-domain.com' },
] as const;
type Script = (typeof scripts)[number];

/** Pages whose blocks another test runs as they are. */
export const pagesRunElsewhere = ['docs/clients/README.md'];

/** The blocks of shell of a page. */
export function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```bash\n([^]*?)^```/gm)].map(([, block = '']) => block);
}

/** Each command of a block on one line, without remarks and without what is read from a here-document. */
export function linesOf(block: string): readonly string[] {
  return block
    .replaceAll(/ *\\\n */g, ' ')
    .replaceAll(/<<'(\w+)'\n[^]*?^\1$/gm, '')
    .split('\n')
    .map((line) => line.replace(/(?:^| +)#.*$/, '').trim())
    .filter((line) => line !== '');
}

export function textOf({ page, begins }: Script): string {
  const block = blocksOf(page).find((each) => each.startsWith(begins));
  if (block === undefined) throw new Error(`${page} has no block that begins with ${begins}`);
  return block;
}

/**
 * Runs a block as it stands, but for what the page cannot know. A request that is refused fails it. `uuidgen` and `kubectl`
 * are stood in for: not every machine has them, and the password of the administrator comes from the environment.
 */
export async function runScript(
  script: Script,
  instead: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  let text = textOf(script);
  for (const [from, to] of Object.entries(instead)) {
    if (!text.includes(from)) throw new Error(`${script.page} does not have ${from}`);
    text = text.replaceAll(from, to);
  }
  const before = [
    'set -euo pipefail',
    'curl() { command curl --fail-with-body "$@"; }',
    "uuidgen() { node -p 'crypto.randomUUID()'; }",
    'kubectl() { printf %s "$SECRET" | base64; }',
  ];
  const { stdout } = await promisify(execFile)('bash', ['-c', [...before, text].join('\n')], {
    env: { ...process.env, ...env },
  });
  return stdout;
}
