import { z } from 'zod';
import { podTemplateOf, titleOf, type ClusterObject } from './objects.ts';

type Labels = Readonly<Record<string, string>>;
interface Pods {
  readonly owner: ClusterObject;
  readonly labels: Labels;
  readonly ports: readonly (string | number | undefined)[];
}

/**
 * What is wrong between objects that are applied together: pods without network policies, references to objects that do
 * not exist (except secrets, which are made separately), and several replicas without a disruption budget.
 */
export function setProblems(objects: readonly ClusterObject[]): string[] {
  const pods = objects.flatMap((owner): Pods[] => {
    const template = podTemplateOf(owner);
    if (template === undefined) return [];
    const ports = template.spec.containers.flatMap(({ ports }) =>
      ports.flatMap((port) => [port.name, port.containerPort]),
    );
    return [{ owner, labels: template.metadata.labels, ports }];
  });
  return [
    ...namespaceProblems(objects),
    ...policyProblems(objects, pods),
    ...serviceProblems(objects, pods),
    ...ingressProblems(objects),
    ...deploymentProblems(objects, pods),
    ...objects.flatMap((object) => referenceProblems(object, objects)),
  ];
}

const ofKind = (objects: readonly ClusterObject[], kind: string) => objects.filter((object) => object.kind === kind);
const sameNamespace = (one: ClusterObject, other: ClusterObject) => one.metadata.namespace === other.metadata.namespace;
const selects = (selector: Labels, labels: Labels) =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);

function namespaceProblems(objects: readonly ClusterObject[]): string[] {
  return ofKind(objects, 'Namespace')
    .filter(({ metadata }) => metadata.labels['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map(
      (namespace) => `${titleOf(namespace)}: pod security is not restricted: set pod-security.kubernetes.io/enforce`,
    );
}

const networkPolicy = z.looseObject({
  podSelector: z
    .looseObject({ matchLabels: z.record(z.string(), z.string()).default({}) })
    .default({ matchLabels: {} }),
  policyTypes: z.array(z.string()).default(['Ingress']),
});

/** A pod that no policy of a direction selects may connect to everything in that direction. */
function policyProblems(objects: readonly ClusterObject[], pods: readonly Pods[]): string[] {
  const policies = ofKind(objects, 'NetworkPolicy').map((object) => ({ object, ...networkPolicy.parse(object.spec) }));
  return pods.flatMap(({ owner, labels }) =>
    ['Ingress', 'Egress']
      .filter(
        (direction) =>
          !policies.some(
            ({ object, policyTypes, podSelector }) =>
              sameNamespace(object, owner) &&
              policyTypes.includes(direction) &&
              selects(podSelector.matchLabels, labels),
          ),
      )
      .map((direction) => `${titleOf(owner)}: no network policy for ${direction.toLowerCase()}`),
  );
}

const service = z.looseObject({
  selector: z.record(z.string(), z.string()).default({}),
  ports: z.array(
    z.looseObject({
      name: z.string().optional(),
      port: z.number(),
      targetPort: z.union([z.string(), z.number()]).optional(),
    }),
  ),
});

function serviceProblems(objects: readonly ClusterObject[], pods: readonly Pods[]): string[] {
  return ofKind(objects, 'Service').flatMap((object) => {
    const { selector, ports } = service.parse(object.spec);
    const chosen = pods.filter(({ owner, labels }) => sameNamespace(owner, object) && selects(selector, labels));
    if (chosen.length !== 1)
      return [`${titleOf(object)}: its selector selects ${chosen.length} workloads; it must select one`];
    return ports
      .filter(({ port, targetPort }) => !chosen[0]?.ports.includes(targetPort ?? port))
      .map(({ port, targetPort }) => `${titleOf(object)}: its pods have no port ${targetPort ?? port}`);
  });
}

const backend = z.looseObject({
  service: z.looseObject({ name: z.string(), port: z.looseObject({ name: z.string() }) }),
});
const ingress = z.looseObject({
  rules: z.array(z.looseObject({ http: z.looseObject({ paths: z.array(z.looseObject({ backend })) }) })),
});

function ingressProblems(objects: readonly ClusterObject[]): string[] {
  const servicePorts = new Set(
    ofKind(objects, 'Service').flatMap(({ metadata, spec }) =>
      service.parse(spec).ports.map(({ name }) => `${metadata.namespace}/${metadata.name}:${name}`),
    ),
  );
  return ofKind(objects, 'Ingress').flatMap((object) => {
    const { rules } = ingress.parse(object.spec);
    const wanted = rules.flatMap(({ http }) =>
      http.paths.map(({ backend: { service: to } }) => `${to.name}:${to.port.name}`),
    );
    return [...new Set(wanted)]
      .filter((port) => !servicePorts.has(`${object.metadata.namespace}/${port}`))
      .map((port) => `${titleOf(object)}: there is no Service port ${port}`);
  });
}

const target = z.looseObject({ scaleTargetRef: z.looseObject({ name: z.string() }), minReplicas: z.number() });
const rollout = z.looseObject({
  replicas: z.number().optional(),
  strategy: z
    .looseObject({ rollingUpdate: z.looseObject({ maxUnavailable: z.union([z.string(), z.number()]) }).optional() })
    .default({}),
});
const budget = z.looseObject({ selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }) });

function deploymentProblems(objects: readonly ClusterObject[], pods: readonly Pods[]): string[] {
  const scalers = ofKind(objects, 'HorizontalPodAutoscaler').map((object) => ({
    object,
    ...target.parse(object.spec),
  }));
  const budgets = ofKind(objects, 'PodDisruptionBudget').map((object) => ({ object, ...budget.parse(object.spec) }));
  const lost = scalers
    .filter(({ object, scaleTargetRef }) =>
      ofKind(objects, 'Deployment').every(
        (one) => one.metadata.name !== scaleTargetRef.name || !sameNamespace(one, object),
      ),
    )
    .map(({ object, scaleTargetRef }) => `${titleOf(object)}: there is no Deployment ${scaleTargetRef.name}`);
  const wrong = pods
    .filter(({ owner }) => owner.kind === 'Deployment')
    .flatMap(({ owner, labels }) => {
      const { replicas, strategy } = rollout.parse(owner.spec);
      const scaler = scalers.find(
        ({ object, scaleTargetRef }) => scaleTargetRef.name === owner.metadata.name && sameNamespace(object, owner),
      );
      const several = scaler === undefined ? (replicas ?? 1) > 1 : scaler.minReplicas > 1;
      const hasBudget = budgets.some(
        ({ object, selector }) => sameNamespace(object, owner) && selects(selector.matchLabels, labels),
      );
      return [
        ...(scaler !== undefined && replicas !== undefined
          ? ['sets replicas, but an autoscaler sets them, too: remove replicas']
          : []),
        ...(several && !hasBudget ? ['has several replicas, but no disruption budget'] : []),
        ...(several && strategy.rollingUpdate?.maxUnavailable !== 0
          ? ['an update removes pods before new pods are ready: set maxUnavailable to 0']
          : []),
      ].map((problem) => `${titleOf(owner)}: ${problem}`);
    });
  return [...lost, ...wrong];
}

const items = z.array(z.looseObject({ key: z.string() })).default([]);
const volumes = z
  .array(z.looseObject({ name: z.string(), configMap: z.looseObject({ name: z.string(), items }).optional() }))
  .default([]);
const references = z.looseObject({
  priorityClassName: z.string().optional(),
  serviceAccountName: z.string().optional(),
  volumes,
  containers: z.array(
    z.looseObject({
      name: z.string(),
      volumeMounts: z.array(z.looseObject({ name: z.string() })).default([]),
      envFrom: z.array(z.looseObject({ configMapRef: z.looseObject({ name: z.string() }).optional() })).default([]),
    }),
  ),
});
const claims = z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).default([]);

/** Schemas do not check references, and Kubernetes never starts a pod that mounts something that does not exist. */
function referenceProblems(object: ClusterObject, objects: readonly ClusterObject[]): string[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const { spec } = template;
  const pod = references.parse({ ...spec, containers: [...spec.containers, ...spec.initContainers] });
  const there = (kind: string, name: string) =>
    ofKind(objects, kind).find((one) => one.metadata.name === name && sameNamespace(one, object));
  const mountable = new Set([
    ...pod.volumes.map(({ name }) => name),
    ...claims.parse(object.spec['volumeClaimTemplates']).map(({ metadata }) => metadata.name),
  ]);
  const mounts = pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
  const maps = pod.volumes.flatMap(({ configMap }) => configMap ?? []);
  const settings = pod.containers.flatMap(({ envFrom }) =>
    envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
  );
  const account = pod.serviceAccountName;
  const priority = pod.priorityClassName;
  return [
    ...mounts.filter((name) => !mountable.has(name)).map((name) => `mounts ${name}, but has no volume of this name`),
    ...[...maps.map(({ name }) => name), ...settings]
      .filter((name) => there('ConfigMap', name) === undefined)
      .map((name) => `there is no ConfigMap ${name}`),
    ...maps.flatMap(({ name, items: keys }) =>
      keys
        .filter(({ key }) => there('ConfigMap', name)?.data[key] === undefined)
        .map(({ key }) => `there is no ${key} in the ConfigMap ${name}`),
    ),
    ...(account !== undefined && there('ServiceAccount', account) === undefined
      ? [`there is no ServiceAccount ${account}`]
      : []),
    // The classes that every cluster has begin with `system-`.
    ...(priority !== undefined &&
    !priority.startsWith('system-') &&
    !ofKind(objects, 'PriorityClass').some(({ metadata }) => metadata.name === priority)
      ? [`there is no PriorityClass ${priority}`]
      : []),
  ].map((problem) => `${titleOf(object)}: ${problem}`);
}
