import { expect, test } from 'vitest';
import type { ClusterObject } from './objects.ts';
import { isPinned, podProblems } from './pod-rules.ts';
import { objectsIn } from './render.ts';
import { createSchemaCheck } from './schema.ts';
import { setProblems } from './set-rules.ts';

const good = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: sso, namespace: shop }
spec:
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: sso } }
  template:
    metadata: { labels: { app: sso } }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 35
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: app
          image: registry.example/shop:1.2.3
          command: [node, runtime/main.ts]
          env: [{ name: LOG_LEVEL, value: info }]
          envFrom: [{ configMapRef: { name: sso } }]
          volumeMounts: [{ name: config, mountPath: /etc/shop }]
          ports: [{ name: http, containerPort: 8080 }]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          startupProbe: { httpGet: { path: /health, port: http } }
          livenessProbe: { httpGet: { path: /health, port: http } }
          readinessProbe: { httpGet: { path: /ready, port: http } }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          resources:
            requests: { cpu: 100m, memory: 64Mi, ephemeral-storage: 8Mi }
            limits: { cpu: 200m, memory: 128Mi, ephemeral-storage: 16Mi }
      serviceAccountName: sso
      priorityClassName: shop
      volumes: [{ name: config, configMap: { name: sso, items: [{ key: shop.yaml, path: shop.yaml }] } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: sso, namespace: shop }
data: { shop.yaml: 'open: true' }
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: shop }
value: 1000
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: sso, namespace: shop }
---
apiVersion: v1
kind: Service
metadata: { name: sso, namespace: shop }
spec: { selector: { app: sso }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: sso, namespace: shop }
spec:
  rules:
    - host: sso.example
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: sso, port: { name: http } } } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: sso, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: sso }, minReplicas: 2, maxReplicas: 3 }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: sso, namespace: shop }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: sso } } }
`;

const schema = createSchemaCheck();
const judge = (text: string): string => {
  const objects: ClusterObject[] = objectsIn(text);
  return [...objects.flatMap((object) => [...schema(object), ...podProblems(object)]), ...setProblems(objects)].join(
    '\n',
  );
};

test('a correct manifest has no problems', () => {
  expect(judge(good)).toBe('');
});

const edits: readonly { readonly change: string; readonly by: string; readonly says: string }[] = [
  { change: 'limits: { cpu: 200m, memory: 128Mi,', by: 'limits: { cpu: 200m,', says: 'no limit for memory' },
  { change: 'limits: { cpu: 200m, memory', by: 'limits: { memory', says: 'no limit for cpu' },
  { change: 'requests: { cpu: 100m,', by: 'requests: {', says: 'no request for cpu' },
  { change: 'runAsUser: 10001', by: 'runAsUser: 0', says: 'runs as root' },
  { change: 'runAsNonRoot: true, ', by: '', says: 'runAsNonRoot' },
  { change: 'readOnlyRootFilesystem: true', by: 'readOnlyRootFilesystem: false', says: 'root file system' },
  { change: 'allowPrivilegeEscalation: false', by: 'privileged: true', says: 'is privileged' },
  { change: 'allowPrivilegeEscalation: false', by: 'allowPrivilegeEscalation: true', says: 'escalated' },
  { change: 'drop: [ALL]', by: 'drop: [NET_RAW]', says: 'drop all capabilities' },
  { change: 'drop: [ALL]', by: 'drop: [ALL], add: [SYS_ADMIN]', says: 'adds capabilities' },
  { change: ', seccompProfile: { type: RuntimeDefault }', by: '', says: 'seccompProfile' },
  { change: 'automountServiceAccountToken: false', by: 'hostNetwork: true', says: 'hostNetwork' },
  {
    change: 'automountServiceAccountToken: false',
    by: 'automountServiceAccountToken: true',
    says: 'token for the Kube',
  },
  { change: 'shop:1.2.3', by: 'shop:latest', says: 'a tag that can move' },
  { change: 'shop:1.2.3', by: 'shop', says: 'has no tag' },
  { change: 'name: LOG_LEVEL, value: info', by: 'name: PG_PASSWORD, value: hunter2', says: 'PG_PASSWORD is a secret' },
  { change: 'startupProbe', by: 'x-startupProbe', says: 'no startupProbe' },
  { change: 'livenessProbe', by: 'x-livenessProbe', says: 'no livenessProbe' },
  { change: 'readinessProbe', by: 'x-readinessProbe', says: 'no readinessProbe' },
  { change: 'lifecycle: { preStop: { sleep: { seconds: 5 } } }', by: 'tty: false', says: 'no preStop' },
  { change: 'GracePeriodSeconds: 35', by: 'GracePeriodSeconds: 20', says: 'but the stop may take 29 s' },
  { change: 'labels: { pod-security.kubernetes.io/enforce: restricted }', by: 'labels: {}', says: 'not restricted' },
  { change: 'policyTypes: [Ingress, Egress]', by: 'policyTypes: [Ingress]', says: 'no network policy for egress' },
  {
    change: 'podSelector: {}',
    by: 'podSelector: { matchLabels: { app: other } }',
    says: 'no network policy for ingress',
  },
  { change: 'maxUnavailable: 0', by: 'maxUnavailable: 1', says: 'before new pods are ready' },
  { change: 'matchLabels: { app: sso } } }', by: 'matchLabels: { app: so } } }', says: 'no disruption budget' },
  { change: 'kind: Deployment, name: sso', by: 'kind: Deployment, name: gone', says: 'there is no Deployment gone' },
  { change: '  strategy:', by: '  replicas: 2\n  strategy:', says: 'sets replicas, but an autoscaler' },
  { change: 'spec: { selector: { app: sso },', by: 'spec: { selector: { app: so },', says: 'selects 0 workloads' },
  { change: 'targetPort: http', by: 'targetPort: web', says: 'no port web' },
  {
    change: 'service: { name: sso, port: { name: http }',
    by: 'service: { name: sso, port: { name: web }',
    says: 'no Service port sso:web',
  },
  {
    change: 'volumeMounts: [{ name: config,',
    by: 'volumeMounts: [{ name: conf,',
    says: 'mounts conf, but has no volume',
  },
  { change: 'configMapRef: { name: sso }', by: 'configMapRef: { name: so }', says: 'there is no ConfigMap so' },
  { change: 'items: [{ key: shop.yaml', by: 'items: [{ key: shop.yml', says: 'no shop.yml in the ConfigMap sso' },
  { change: 'serviceAccountName: sso', by: 'serviceAccountName: so', says: 'there is no ServiceAccount so' },
  { change: 'priorityClassName: shop', by: 'priorityClassName: sop', says: 'there is no PriorityClass sop' },
  { change: 'value: 1000', by: 'value: high', says: 'value must be' },
  { change: 'strategy:', by: 'stratgy:', says: 'must NOT have additional properties stratgy' },
  { change: 'minReplicas: 2', by: 'minReplicas: two', says: 'minReplicas must be' },
];

test.each(edits)('$by instead of $change is reported', ({ change, by, says }) => {
  expect(good).toContain(change);
  // The rules need a number here and would throw; the schema reports that it is not a number.
  const judged =
    by === 'minReplicas: two'
      ? objectsIn(good.replace(change, by)).flatMap(schema).join('\n')
      : judge(good.replace(change, by));
  expect(judged).toContain(says);
});

test('an Argo CD application is checked against its definition', () => {
  const application = (source: string) =>
    judge(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: sso, namespace: argocd }
spec: { project: shop, destination: { namespace: shop }, source: ${source} }
`);
  expect(application('{ repoURL: https://example.com/shop.git, path: deploy }')).toBe('');
  expect(application('{ path: deploy }')).toContain('repoURL');
});

test('a kind without a known schema is reported', () => {
  expect(judge('{ apiVersion: example.com/v1, kind: Gadget, metadata: { name: it } }')).toContain('no schema is known');
});

test('a tag that can move does not pin an image', () => {
  expect(isPinned('postgres:17.6-bookworm')).toBe(true);
  expect(isPinned(`postgres@sha256:${'0'.repeat(64)}`)).toBe(true);
  for (const image of ['postgres', 'postgres:latest', 'postgres:17', 'localhost:5000/postgres']) {
    expect(isPinned(image)).toBe(false);
  }
});
