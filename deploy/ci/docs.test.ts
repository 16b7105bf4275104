import { execFileSync } from 'node:child_process';
import { globSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roles } from '../../runtime/registry.ts';
import { bootstrapObjects } from '../k8s/secrets.ts';
import { parseObject, type ClusterObject } from './cluster/objects.ts';
import { cannotRender, renderedObjects } from './cluster/rendered.ts';

const root = join(import.meta.dirname, '../..');
const folders = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && !['node_modules', '.git', '.state', 'coverage'].includes(entry.name) ? [entry.name] : [],
);
const pages = globSync(['*.md', `{${folders.join()}}/**/*.md`], {
  cwd: root,
  exclude: (name) => name === 'node_modules',
})
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const textOf = (file: string) => pages.find((page) => page.file === file)?.text ?? '';

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found ?? '');

/** What a link to a page may name behind `#`: its headings, as GitHub writes them, and its own marks. */
function marksOf(text: string): readonly string[] {
  const headings = all(text.replaceAll(/^ *```[^]*?^ *```/gm, ''), /^#+ (.+)$/gm);
  const slugs = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...slugs, ...all(text, /<a id="([^"]+)"/g)];
}

describe.each(pages)('$file', ({ file, text }) => {
  test('links to pages and files that are there', () => {
    const links = all(text, /\]\((?!https?:|#|mailto:)([^)#\s]+)/g);
    for (const link of links) expect(existsSync(join(root, dirname(file), link)), link).toBe(true);
  });

  test('links to headings and marks that are there, and has no mark twice', () => {
    const links = all(text, /\]\((?!https?:)([^)\s]*#[^)\s]+)\)/g);
    for (const link of links) {
      const [page = '', mark = ''] = link.split('#');
      const target = page === '' ? file : join(dirname(file), page);
      expect(marksOf(textOf(target)), link).toContain(mark);
    }
    const ids = all(text, /<a id="([^"]+)"/g);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('names files and folders that are there', () => {
    const named = all(
      text,
      new RegExp(`\`((?:${folders.map((folder) => folder.replace('.', '[.]')).join('|')})/[\\w./*-]*)\``, 'g'),
    );
    // A .env file is nobody's but the person's who works there, and `npm run generate` fetches proto/deps.
    const kept = named.filter((path) => !path.endsWith('.env') && !path.startsWith('proto/deps'));
    for (const path of kept) expect(globSync(path.replace(/\/$/, ''), { cwd: root }), path).not.toEqual([]);
  });

  test('names commands of package.json', () => {
    const scripts = z.looseObject({ scripts: z.record(z.string(), z.string()) });
    const known = Object.keys(scripts.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts);
    for (const name of all(text, /npm run (?:--silent )?([a-z][\w:-]*)/g)) expect(known).toContain(name);
  });
});

/** Commands that users of the earlier platform in Go know. The tests look at them and at the commands of all pages. */
const original = `
kubectl logs -f job/db-migrations -n ecommerce
kubectl port-forward -n monitoring svc/grafana 3000:3000
kubectl port-forward -n ecommerce svc/sso-service 8080:8080
kubectl logs -n datastore statefulset/postgres
kubectl get secret yc-registry-secret -n ecommerce -o yaml
`;
const commands = [
  ...new Set(
    all(`${original}${pages.map(({ text }) => text).join('\n')}`, /(kubectl [^`|&\n)]+)/g).map((one) => one.trim()),
  ),
];
const kinds: Readonly<Record<string, string>> = {
  svc: 'Service',
  job: 'Job',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
};
const ports = z.looseObject({ ports: z.array(z.looseObject({ port: z.number() })) });

describe('commands of the command line', () => {
  const used = pages.flatMap(({ file, text }) =>
    all(text, /(?:npm run cli --|node cli\/main\.ts|`cli) ((?:[a-z][\w-]* ?)+)/g).map(
      (words) => [words.trim(), file] as const,
    ),
  );
  const help = (...words: readonly string[]) =>
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...words, '--help'], {
      cwd: root,
      encoding: 'utf8',
    });
  // The pages name each of them many times, and each help is a process.
  const known = new Map<string, readonly string[]>();
  const commandsOf = (...words: readonly string[]): readonly string[] => {
    const key = words.join(' ');
    const found = known.get(key) ?? all(help(...words).split('Commands:')[1] ?? '', /^ {2}([a-z][\w-]*)/gm);
    known.set(key, found);
    return found;
  };

  test.each(used)('%s (%s)', (words) => {
    let next = commandsOf();
    const path: string[] = [];
    for (const word of words.split(' ')) {
      if (next.length === 0) break;
      // Two commands in one: `credit|debit`.
      expect(next, `${path.join(' ')} ${word}`).toContain(word);
      path.push(word);
      next = commandsOf(...path).filter((name) => name !== 'help');
    }
    expect(next, `${words} is no whole command`).toEqual([]);
  });
});

test('debug configurations name programs that are there', () => {
  const text = readFileSync(join(root, '.vscode/launch.json'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  const configurations = z.looseObject({
    configurations: z.array(z.looseObject({ program: z.string(), args: z.array(z.string()) })),
  });
  const found = configurations.parse(JSON.parse(text)).configurations;
  expect(found.length).toBeGreaterThan(3);
  for (const { program, args } of found) {
    const files = [
      program.replace('${workspaceFolder}/', ''),
      ...args.filter((arg) => /\/|\.ts$/.test(arg) && !arg.startsWith('$')),
    ];
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  }
});

describe.skipIf(cannotRender)('a kubectl command names an object that exists', () => {
  let objects: readonly ClusterObject[];
  const inNamespace = (command: string) => {
    const namespace = /-n (\S+)/.exec(command)?.[1];
    return objects.filter(({ metadata }) => metadata.namespace === namespace);
  };
  beforeAll(() => {
    const secrets = bootstrapObjects('admin@example.com').map(parseObject);
    objects = [...['overlays/production', 'stateful', 'monitoring'].flatMap(renderedObjects), ...secrets];
  });

  // The objects of the ingress controller and of Argo CD come from elsewhere.
  const byName = commands.filter(
    (command) => /\b(svc|job|deployment|statefulset)\//.test(command) && !/-n (ingress-nginx|argocd)/.test(command),
  );
  test.each(byName)('%s', (command) => {
    const [, kind = '', name = ''] = /\b(svc|job|deployment|statefulset)\/([\w-]+)/.exec(command) ?? [];
    const found = inNamespace(command).find((object) => object.kind === kinds[kind] && object.metadata.name === name);
    expect(found).toBeDefined();
    const forwarded = /port-forward.* \d+:(\d+)/.exec(command)?.[1];
    const open = found?.kind === 'Service' ? ports.parse(found.spec).ports.map(({ port }) => String(port)) : [];
    expect(forwarded === undefined || open.includes(forwarded), `no port ${forwarded}`).toBe(true);
    const program = /-- node (\S+)/.exec(command)?.[1];
    expect(program === undefined || existsSync(join(root, program)), program).toBe(true);
  });

  // deploy/ci/cluster/network.test.ts shows that Postgres lets in the pod `debug` of the namespace `default`, and no other.
  test.each(commands.filter((command) => /^kubectl run .*\bdebug\b/.test(command)))('%s', (command) => {
    expect(command).not.toMatch(/ (?:-n|--namespace)\b/);
  });

  // The secret of the registry is made by a command of docs/deploy.md, so it is not among these objects.
  const ofSecrets = commands.filter((command) => /get secret (?!yc-registry-secret)/.test(command));
  test.each(ofSecrets)('%s', (command) => {
    const name = /get secret (\S+)/.exec(command)?.[1];
    const secret = inNamespace(command).find((object) => object.kind === 'Secret' && object.metadata.name === name);
    const key = /\{\.data\.(.+)\}/.exec(command)?.[1]?.replaceAll('\\', '');
    const { stringData } = z.looseObject({ stringData: z.record(z.string(), z.string()) }).parse(secret?.raw);
    expect(Object.keys(stringData)).toContain(key);
  });

  test('the table of symptoms tells how a missing secret shows in a volume, and how in the environment', () => {
    const pods = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret').map(({ raw }) => raw));
    const rowWith = (word: string) =>
      textOf('docs/deploy.md')
        .split('\n')
        .find((line) => line.startsWith('|') && line.includes(word)) ?? '';
    const named = (word: string) => /secret "([\w-]+)" not found/.exec(rowWith(word))?.[1];
    const mounted = all(pods, /"secret":\{"items":[^\]]*\],"name":"([^"]+)"/g);
    const read = all(pods, /"secretRef":\{"name":"([^"]+)"\}/g);
    expect(mounted).toContain(named('FailedMount'));
    expect(rowWith('FailedMount')).toContain('ContainerCreating');
    expect(read).toContain(named('CreateContainerConfigError'));
  });

  test('the log of the migrations is read only when there is one', () => {
    const [, steps = ''] = /Without Argo CD[^]*?```bash\n([^]*?)```/.exec(textOf('docs/deploy.md')) ?? [];
    const of = (what: string) => steps.split('\n').findIndex((line) => line.startsWith(what));
    expect(of('kubectl apply -f deploy/k8s/migrations/')).toBeGreaterThan(-1);
    expect(of('kubectl wait --for=condition=complete job/db-migrations')).toBe(
      of('kubectl apply -f deploy/k8s/migrations/') + 1,
    );
    expect(of('kubectl logs job/db-migrations')).toBe(of('kubectl wait') + 1);
  });

  test('every list of commands makes the secrets before it applies what needs them', () => {
    const lists = all(textOf('docs/deploy.md'), /```bash\n([^]*?)```/g).filter((list) =>
      /apply -[fk] deploy/.test(list),
    );
    expect(lists.length).toBeGreaterThan(2);
    for (const list of lists.filter((one) => one.includes('overlays/') || one.includes('root.yaml'))) {
      if (list.includes('argocd app set')) continue;
      expect(list.indexOf('k8s:secrets'), list).toBeGreaterThan(-1);
      expect(list.indexOf('k8s:secrets'), list).toBeLessThan(
        list.search(/apply -[fk] deploy\/k8s\/(stateful|overlays|argocd\/root)/),
      );
    }
  });

  test('the pull secret has the name that the pods use', () => {
    expect(textOf('docs/deploy.md')).toContain('kubectl create secret docker-registry yc-registry-secret -n ecommerce');
  });

  const byLabel = commands.filter((command) => / -l /.test(command));
  test.each(byLabel)('%s', (command) => {
    const [, label = '', value] = / -l (\S+)=(\S+)/.exec(command) ?? [];
    const deployments = inNamespace(command).filter(({ kind }) => kind === 'Deployment');
    expect(deployments.filter(({ metadata }) => metadata.labels[label] === value)).toHaveLength(roles.length);
  });

  test('there are commands of each kind to check', () => {
    expect(byName.length).toBeGreaterThan(10);
    expect(ofSecrets.length).toBeGreaterThan(2);
    expect(byLabel).not.toEqual([]);
  });
});
