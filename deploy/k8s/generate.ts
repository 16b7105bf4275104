/**
 * `node deploy/k8s/generate.ts [--check]`: writes the ConfigMaps that carry files. Those manifests are applied with
 * `kubectl apply -f`, so they must hold what elsewhere a generator of kustomize would read from the file.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Carrier {
  /** Below deploy/k8s. */
  readonly manifest: string;
  readonly name: string;
  readonly namespace: string;
  /** Files below deploy, by key; a pattern's files go by their own names. */
  readonly files: Readonly<Record<string, string>>;
  readonly patterns?: readonly string[];
  /** Before the names of a pattern's files. */
  readonly prefix?: string;
}

const carriers: readonly Carrier[] = [
  {
    manifest: 'stateful/postgres/02-configmap.yaml',
    name: 'postgres-init',
    namespace: 'datastore',
    files: { 'init.sh': 'postgres/init.sh' },
  },
  {
    manifest: 'stateful/redis/02-configmap.yaml',
    name: 'redis',
    namespace: 'datastore',
    files: { 'redis.conf': 'redis/redis.conf' },
  },
  {
    manifest: 'stateful/kafka/02-configmap.yaml',
    name: 'kafka',
    namespace: 'datastore',
    files: { 'server.properties': 'kafka/server.properties', 'log4j2.yaml': 'kafka/log4j2.yaml' },
  },
  {
    manifest: 'stateful/temporal/02-configmap.yaml',
    name: 'temporal',
    namespace: 'datastore',
    files: {
      'shop.yaml': 'temporal/server.yaml',
      'dynamic-config.yaml': 'temporal/dynamic-config.yaml',
      'schema.sh': 'temporal/schema.sh',
      'namespace.sh': 'temporal/namespace.sh',
    },
  },
  {
    manifest: 'monitoring/prometheus/02-configmap.yaml',
    name: 'prometheus',
    namespace: 'monitoring',
    files: { 'prometheus.yml': 'monitoring/prometheus/kubernetes.yml' },
    patterns: ['monitoring/prometheus/rules/*.yml'],
    prefix: 'rules-',
  },
  {
    manifest: 'monitoring/grafana/02-configmap.yaml',
    name: 'grafana',
    namespace: 'monitoring',
    files: {
      'prometheus.yaml': 'monitoring/grafana/provisioning/datasources/prometheus.yaml',
      'files.yaml': 'monitoring/grafana/provisioning/dashboards/files.yaml',
    },
  },
  {
    manifest: 'monitoring/grafana/02-dashboards.yaml',
    name: 'grafana-dashboards',
    namespace: 'monitoring',
    files: {},
    patterns: ['monitoring/grafana/dashboards/*.json'],
  },
];

function manifestOf({ name, namespace, files, patterns = [], prefix = '' }: Carrier): string {
  const found = patterns.flatMap((pattern) => globSync(`deploy/${pattern}`, { cwd: root }).sort());
  const paths = [
    ...Object.entries(files).map(([key, path]) => [key, join('deploy', path)] as const),
    ...found.map((path) => [`${prefix}${basename(path)}`, path] as const),
  ];
  const data = Object.fromEntries(paths.map(([key, path]) => [key, readFileSync(join(root, path), 'utf8')]));
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
  const header = '# Made by `npm run k8s:generate` from files below deploy/: change those.\n';
  return header + stringify(object, { lineWidth: 0 });
}

const check = process.argv.includes('--check');
for (const carrier of carriers) {
  const file = join(root, 'deploy/k8s', carrier.manifest);
  const wanted = manifestOf(carrier);
  if (!check) writeFileSync(file, wanted);
  else if (readFileSync(file, 'utf8') !== wanted) {
    console.log(`deploy/k8s/${carrier.manifest} is not what its files say`);
    process.exitCode = 1;
  }
}
