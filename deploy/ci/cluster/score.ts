/** `node deploy/ci/cluster/score.ts`: kube-score over everything that is applied, but for what has a reason below. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { unchecked } from '../status.ts';
import { acquire } from '../tools/acquire.ts';
import { tools } from '../tools/catalogue.ts';
import { renderKustomizations } from './render.ts';

const root = join(import.meta.dirname, '../../..');

/** By manifest: what kube-score finds there and we mean. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'deploy/k8s/overlays/production': {
    'container-image-pull-policy':
      'a release never reuses a tag, and a node without the registry must still start pods',
    'deployment-has-host-podantiaffinity': 'topologySpreadConstraints spread the pods over hosts and zones',
  },
  'deploy/k8s/stateful': {
    'container-image-pull-policy': 'tags are exact versions',
    'container-security-context-user-group-id': "the ids are those of the images' own users, who own the data",
    'pod-probes-identical': 'a store that does not answer gets no calls at once, and a restart only after two minutes',
    'statefulset-has-host-podantiaffinity': 'one replica each',
    'deployment-replicas': 'the Web UI is for operators: one will do',
    'deployment-has-poddisruptionbudget': 'the Web UI is for operators: one will do',
    'statefulset-has-poddisruptionbudget': 'a budget for one replica would keep its node from ever being drained',
  },
  'deploy/k8s/monitoring': {
    'container-image-pull-policy': 'tags are exact versions',
    'container-security-context-user-group-id': "the ids are those of the images' own users, who own the data",
    'pod-probes-identical': 'each has one address that tells of its health',
    'statefulset-has-host-podantiaffinity': 'one replica each',
    'deployment-replicas': 'one will do',
    'deployment-has-poddisruptionbudget': 'one will do',
    'statefulset-has-poddisruptionbudget': 'a budget for one replica would keep its node from ever being drained',
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
if (manifests.length !== Object.keys(exceptions).length) throw new Error('a manifest with exceptions is gone');
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
