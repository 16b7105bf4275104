import type { Check } from './run-checks.ts';

const ownMessage = 'Each message names the line and the rule.';

/**
 * What `npm run verify` checks, none of it with a server. They start in this order, so the long ones stand first.
 */
export const checks: readonly Check[] = [
  {
    name: 'format',
    why: 'One format, so that a change shows only what it changes.',
    fix: '`npm run format`',
    command: ['prettier', '--check', '--log-level=warn', '--cache', '--cache-strategy=content', '.'],
  },
  {
    name: 'lint',
    why: 'Mistakes that can be seen without running the code: a promise nobody waits for, an unsafe type.',
    fix: ownMessage,
    command: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  {
    name: 'types',
    why: 'Node strips types without a look at them; this is where they are checked.',
    fix: 'Each error names the line.',
    command: ['tsc', '--noEmit', '-p', '.'],
  },
  {
    name: 'contract and generated code',
    why: 'Code that was generated from another contract lies about what is sent; buf lints the protos themselves.',
    fix: '`npm run generate`, and commit what it writes',
    command: ['proto/generate.ts', '--check'],
  },
  {
    name: 'imports',
    why: 'Imports go down the floors and in no circle, so that each part can be understood with what is below it.',
    fix: 'Each message names the rule and why it stands; .dependency-cruiser.mjs shows the floors.',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', '.'],
  },
  {
    name: 'dead code',
    why: 'A file, an export or a package that nothing uses costs every reader and is never tested.',
    fix: 'Delete it, or take the word `export` away; what is used unseen stands in knip.jsonc with the reason.',
    command: ['knip', '--no-progress'],
  },
  {
    name: 'clones',
    why: 'What stands twice is mended once.',
    fix: 'Give both places one function; what must stand twice is listed in .jscpd.json with the reason.',
    command: ['jscpd', '--no-colors'],
  },
  {
    name: 'kube-score',
    why: 'Common mistakes in manifests that Kubernetes itself takes: no limits, no probes, a writable root.',
    fix: 'Mend the manifest, or give the reason in deploy/ci/cluster/score.ts.',
    command: ['deploy/ci/cluster/score.ts'],
  },
  {
    name: 'Kubernetes manifests',
    why: 'All that Kustomize renders is valid, pinned, and follows the rules for pods, networks and settings.',
    fix: 'Each problem names the object.',
    command: ['deploy/ci/cluster/check.ts'],
  },
  {
    name: 'migrations',
    why: 'A table that schema.ts describes and no migration makes is missing in every database.',
    fix: '`npm run db:generate`, and commit the migration',
    command: ['drizzle/generate.ts', '--check'],
  },
  {
    name: 'files in ConfigMaps',
    why: 'A ConfigMap holds a copy of a file that stands elsewhere.',
    fix: '`npm run k8s:generate`',
    command: ['deploy/k8s/generate.ts', '--check'],
  },
  {
    name: 'versions of images',
    why: 'An image runs in one version: in Compose, in Kubernetes, in CI and as the launcher installs it.',
    fix: 'Give each place the same version.',
    command: ['deploy/ci/images.ts'],
  },
  {
    name: 'nginx -t',
    why: 'A gateway that cannot read its configuration does not start.',
    fix: 'Look at the line that nginx names.',
    command: ['deploy/ci/gateway.ts'],
  },
  ...linter('shell', 'Unquoted names, ignored failures and what only one shell knows (shellcheck).'),
  ...linter('dockerfiles', 'Unpinned and needlessly large layers (hadolint).'),
  ...linter('compose', 'docker-compose.yml has the form that Compose publishes.'),
  ...linter('compose-config', 'Compose can read docker-compose.yml: variables, anchors, what refers to what.'),
  ...linter('workflows', 'Workflows of CI that GitHub would refuse or misread (actionlint).'),
  ...linter('workflow-security', 'Workflows of CI that give more rights than they need (zizmor).'),
  ...linter('dependabot', 'dependabot.yml has the form that GitHub publishes.'),
];

function linter(name: string, why: string): Check[] {
  return [{ name: `lint of ${name}`, why, fix: ownMessage, command: ['deploy/ci/linters.ts', name] }];
}
