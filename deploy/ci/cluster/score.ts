/**
 * `node deploy/ci/cluster/score.ts`: runs kube-score over all manifests that are applied. Findings with a reason below
 * are ignored. Exits with 75 if kubectl or kube-score is not available.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { unchecked } from '../status.ts';
import { acquire } from '../tools/acquire.ts';
import { tools } from '../tools/catalogue.ts';
import { renderKustomizations } from './render.ts';

const root = join(import.meta.dirname, '../../..');

/** For each manifest, the findings of kube-score that are intended, and why. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'deploy/k8s/overlays/production': {
    'container-image-pull-policy':
      'a release never reuses a tag, and a node that cannot reach the registry must still start pods',
    'deployment-has-host-podantiaffinity': 'topologySpreadConstraints spread the pods over hosts and zones',
  },
  'deploy/k8s/stateful': {
    'container-image-pull-policy': 'tags are exact versions',
    'container-security-context-user-group-id': "the ids are those of the images' own users, who own the data",
    'pod-probes-identical':
      'a server that does not answer stops getting calls at once, but is restarted only after two minutes',
    'statefulset-has-host-podantiaffinity': 'each has one replica',
    'deployment-replicas': 'only operators use the Web UI: one replica is enough',
    'deployment-has-poddisruptionbudget': 'only operators use the Web UI: one replica is enough',
    'statefulset-has-poddisruptionbudget': 'with one replica, a budget would prevent every drain of its node',
  },
  'deploy/k8s/monitoring': {
    'container-image-pull-policy': 'tags are exact versions',
    'container-security-context-user-group-id': "the ids are those of the images' own users, who own the data",
    'pod-probes-identical': 'each has only one health endpoint',
    'statefulset-has-host-podantiaffinity': 'each has one replica',
    'deployment-replicas': 'one replica is enough',
    'deployment-has-poddisruptionbudget': 'one replica is enough',
    'statefulset-has-poddisruptionbudget': 'with one replica, a budget would prevent every drain of its node',
  },
};

const kubectl = await acquire(tools.kubectl);
const score = await acquire(tools.kubeScore);
for (const [name, tool] of Object.entries({ kubectl, 'kube-score': score })) {
  if ('missing' in tool) {
    console.log(`${name}: ${tool.missing}`);
    process.exit(unchecked);
  }
}
if ('missing' in kubectl || 'missing' in score) throw new Error('unreachable');
const manifests = renderKustomizations(root, kubectl.path, (path) => path in exceptions);
if (manifests.length !== Object.keys(exceptions).length)
  throw new Error(
    'A manifest that has exceptions no longer exists: correct `exceptions` in deploy/ci/cluster/score.ts',
  );
for (const { path, text } of manifests) {
  const ignored = Object.keys(exceptions[path] ?? {}).flatMap((test) => ['--ignore-test', test]);
  const args = [
    'score',
    '--exit-one-on-warning',
    '--kubernetes-version',
    'v1.30',
    '--output-format',
    'ci',
    ...ignored,
    '-',
  ];
  const { status, stdout, stderr } = spawnSync(score.path, args, { input: text, encoding: 'utf8' });
  const findings = stdout.split('\n').filter((line) => /^\[(WARNING|CRITICAL)\]/.test(line));
  for (const finding of findings) console.log(`${path}: ${finding}`);
  if (status !== 0) process.exitCode = 1;
  if (status !== 0 && findings.length === 0) console.log(stderr);
}
