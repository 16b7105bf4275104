import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const texts = z.record(z.string(), z.string());
const job = z.looseObject({
  outputs: texts.default({}),
  permissions: texts.default({}),
  steps: z.array(
    z.looseObject({
      name: z.string().default(''),
      uses: z.string().default(''),
      run: z.string().default(''),
      env: texts.default({}),
      with: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
const workflow = z.looseObject({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), job) });
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return { file, text, ...workflow.parse(parse(text)) };
});

function stepsOf(name: string) {
  const found = workflows.find(({ file }) => file.endsWith('ci.yml'))?.jobs[name];
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found.steps;
}

test('an image is tested and scanned before the push, which adds a bill of materials and provenance', () => {
  const steps = stepsOf('image');
  const at = (fits: (step: (typeof steps)[number]) => boolean) => steps.findIndex(fits);
  const order = [
    at(({ with: { load } }) => load === true),
    at(({ run }) => run.includes('test:image')),
    at(({ uses, with: { 'exit-code': code } }) => uses.startsWith('aquasecurity/trivy-action@') && code === '1'),
    at(({ run }) => run.includes('docker login cr.yandex')),
    at(({ with: { push } }) => push === true),
  ];
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(steps[order.at(-1) ?? 0]?.with).toMatchObject({ sbom: true, provenance: 'mode=max' });
  expect(steps.filter(({ with: { push }, run }) => push === true || run.includes('docker push'))).toHaveLength(1);
});

test('no output of a job contains a secret, because GitHub would drop it', () => {
  for (const { file, jobs } of workflows)
    for (const [name, { outputs }] of Object.entries(jobs))
      // The result of a comparison is true or false, so it contains no secret.
      for (const output of Object.values(outputs)) expect(output, `${file}: ${name}`).toMatch(/[!=]= '/);
});

test('docs/deploy.md describes every secret that a workflow reads', () => {
  const told = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
  const read = workflows.flatMap(({ text }) =>
    [...text.matchAll(/\b(?:secrets|vars)\.(\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(read).toContain('PAT_TOKEN');
  for (const name of new Set(read)) expect(told).toContain(`\`${name}\``);
});

test('a workflow has no permissions by default, and only the release job may write', () => {
  for (const { file, permissions, jobs } of workflows) {
    expect(permissions, file).toEqual({});
    const writing = Object.entries(jobs).filter(([, { permissions: own }]) => own['contents'] === 'write');
    expect(writing.map(([name]) => name)).toEqual(file.endsWith('ci.yml') ? ['release'] : []);
  }
});

test('a job that runs tests of dashboards or rules installs Prometheus before, without its service', () => {
  const tested = /^npm (?:test|run (?:--silent )?(?:verify|test:roles|test:new-service))\b/m;
  const jobs = workflows.flatMap(({ file, jobs: all }) =>
    Object.entries(all).map(([name, { steps }]) => ({ name: `${file}: ${name}`, runs: steps.map(({ run }) => run) })),
  );
  const testing = jobs.filter(({ runs }) => runs.some((run) => tested.test(run)));
  expect(testing.length).toBeGreaterThan(2);
  for (const { name, runs } of testing) {
    const before = runs.slice(
      0,
      runs.findIndex((run) => tested.test(run)),
    );
    expect(
      before.some((run) => /apt-get install .*\bprometheus\b/.test(run)),
      name,
    ).toBe(true);
    expect(
      before.some((run) => run.includes('systemctl disable --now prometheus')),
      name,
    ).toBe(true);
  }
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
const someone = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];

/** A repository with the files that a release changes, and a bare one in the place of GitHub. */
function makeRepositories(): { remote: string; checkout: () => string } {
  const seed = join(folder, 'seed');
  mkdirSync(join(seed, 'deploy/ci'), { recursive: true });
  cpSync(join(root, 'deploy/ci/release.ts'), join(seed, 'deploy/ci/release.ts'));
  cpSync(join(root, 'deploy/k8s'), join(seed, 'deploy/k8s'), { recursive: true });
  git(seed, 'init', '-q', '-b', 'main');
  git(seed, 'add', '.');
  git(seed, ...someone, 'commit', '-qm', 'Start');
  const remote = join(folder, 'shop');
  git(folder, 'clone', '-q', '--bare', seed, remote);
  let count = 0;
  return {
    remote,
    checkout: () => {
      const at = join(folder, `checkout-${(count += 1)}`);
      git(folder, 'clone', '-q', '--depth=1', `file://${remote}`, at);
      return at;
    },
  };
}

/** Runs the steps of the release job, read from the workflow, with the shell options that GitHub uses. */
function release(cwd: string, sha: string, between = () => {}): void {
  const [ask, commit] = stepsOf('release').filter(({ run }) => run !== '');
  const env = {
    ...{ PATH: process.env['PATH'], HOME: folder, GITHUB_SHA: sha, OTHER: '', YC_REGISTRY_ID: 'crp0' },
    ...{ GITHUB_SERVER_URL: `file://${folder}`, GITHUB_REPOSITORY: 'shop', TOKEN: 'x' },
  };
  for (const [step, before] of [
    [ask, () => {}],
    [commit, between],
  ] as const) {
    before();
    const script = join(folder, 'step.sh');
    writeFileSync(script, step?.run ?? 'exit 1');
    const { status, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', script], { cwd, env, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }
}

const sha = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f2';

test('a release commits only the new tag, with [skip ci], so that CI ignores the commit', () => {
  const { remote, checkout } = makeRepositories();
  release(checkout(), sha);
  expect(git(remote, 'log', '-1', '--format=%s', 'main')).toBe(`Release ${sha} [skip ci]`);
  expect(git(remote, 'diff', '--name-only', 'main~1', 'main').split('\n')).toEqual([
    'deploy/k8s/migrations/migration-job.yaml',
    'deploy/k8s/overlays/production/component/kustomization.yaml',
  ]);
  const text = git(remote, 'show', 'main:deploy/k8s/overlays/production/component/kustomization.yaml');
  expect(text).toContain(`newName: cr.yandex/crp0/ecommerce\n    newTag: ${sha}`);
  // Somebody may run the job again: the second run commits nothing.
  release(checkout(), sha);
  expect(git(remote, 'rev-list', '--count', 'main')).toBe('2');
});

test('if somebody pushes before the release does, the release is rebased onto their commit', () => {
  const { remote, checkout } = makeRepositories();
  release(checkout(), sha, () => {
    const other = checkout();
    writeFileSync(join(other, 'README.md'), 'meanwhile\n');
    git(other, 'add', '.');
    git(other, ...someone, 'commit', '-qm', 'Meanwhile');
    git(other, 'push', '-q', 'origin', 'HEAD:main');
  });
  expect(git(remote, 'log', '--format=%s', 'main').split('\n')).toEqual([
    `Release ${sha} [skip ci]`,
    'Meanwhile',
    'Start',
  ]);
});
