import type { Check } from './run-checks.ts';

const ownMessage = 'Each message names the line and the rule.';

/**
 * The checks of `npm run verify`. None of them needs a server. They start in this order, so the longest ones come
 * first.
 */
export const checks: readonly Check[] = [
  {
    name: 'format',
    why: 'With one format, a diff shows only what somebody changed on purpose.',
    fix: '`npm run format`',
    command: ['prettier', '--check', '--log-level=warn', '--cache', '--cache-strategy=content', '.'],
  },
  {
    name: 'lint',
    why: 'A linter finds mistakes without running the code: a promise that nobody awaits, an unsafe type.',
    fix: ownMessage,
    command: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  {
    name: 'types',
    why: 'Node strips types without checking them, so only this check reports type errors.',
    fix: 'Each error names the line.',
    command: ['tsc', '--noEmit', '-p', '.'],
  },
  {
    name: 'types of the browser',
    why: 'The script of the front page knows the types of a browser, and the rest must not.',
    fix: 'Each error names the line.',
    command: ['tsc', '--noEmit', '-p', 'deploy/front/browser'],
  },
  {
    name: 'contract and generated code',
    why: 'Generated code must match the protos, or it is wrong about what is sent. buf also lints the protos.',
    fix: 'Run `npm run generate` and commit the result.',
    command: ['proto/generate.ts', '--check'],
  },
  {
    name: 'imports',
    why: 'Imports only go down the floors and never in a circle, so a part can be read with only what is below it.',
    fix: 'Each message names the rule and its reason. .dependency-cruiser.mjs lists the floors.',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', '.'],
  },
  {
    name: 'dead code',
    why: 'A file, an export or a package that nothing uses costs every reader time and is never tested.',
    fix: 'Delete it, or remove `export`. If knip cannot see the use, add an exception with its reason to knip.jsonc.',
    command: ['knip', '--no-progress'],
  },
  {
    name: 'clones',
    why: 'When code exists twice, a mistake in it is often fixed in one place only.',
    fix: 'Let both places call one function. If two copies are needed, add an exception with its reason to .jscpd.json.',
    command: ['jscpd', '--no-colors'],
  },
  {
    name: 'kube-score',
    why: 'kube-score finds mistakes that Kubernetes accepts: no limits, no probes, a writable root file system.',
    fix: 'Fix the manifest, or add an exception with its reason to deploy/ci/cluster/score.ts.',
    command: ['deploy/ci/cluster/score.ts'],
  },
  {
    name: 'Kubernetes manifests',
    why: 'Everything that Kustomize renders must be valid and pinned, and follow the rules for pods, networks and settings.',
    fix: 'Each message names the object and the problem.',
    command: ['deploy/ci/cluster/check.ts'],
  },
  {
    name: 'migrations',
    why: 'A table that schema.ts describes, but no migration creates, is missing in every database.',
    fix: 'Run `npm run db:generate` and commit the migration.',
    command: ['drizzle/generate.ts', '--check'],
  },
  {
    name: 'files in ConfigMaps',
    why: 'Some ConfigMaps contain copies of files of this repository. A copy must equal its file.',
    fix: 'Run `npm run k8s:generate` and commit the result.',
    command: ['deploy/k8s/generate.ts', '--check'],
  },
  {
    name: 'versions of images',
    why: 'Compose, Kubernetes, CI and the launcher must use the same version of an image.',
    fix: 'Write the same version in each place that a message names.',
    command: ['deploy/ci/images.ts'],
  },
  {
    name: 'nginx -t',
    why: 'A gateway that cannot read its configuration does not start.',
    fix: 'Fix the line that nginx names.',
    command: ['deploy/ci/gateway.ts'],
  },
  ...linter('shell', 'shellcheck finds unquoted variables, ignored failures and syntax that only one shell knows.'),
  ...linter('dockerfiles', 'hadolint finds unpinned versions and layers that are larger than needed.'),
  ...linter('compose', 'docker-compose.yml must match the schema that Compose publishes.'),
  ...linter(
    'compose-config',
    'Compose must be able to resolve the variables, anchors and references of docker-compose.yml.',
  ),
  ...linter('workflows', 'actionlint finds workflows that GitHub would reject or misread.'),
  ...linter('workflow-security', 'zizmor finds workflows that have more rights than they need.'),
  ...linter('dependabot', 'dependabot.yml must match the schema that GitHub publishes.'),
];

function linter(name: string, why: string): Check[] {
  return [{ name: `lint of ${name}`, why, fix: ownMessage, command: ['deploy/ci/linters.ts', name] }];
}
