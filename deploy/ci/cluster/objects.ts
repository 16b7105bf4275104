import { z } from 'zod';

const labels = z.record(z.string(), z.string());

const securityContext = z.looseObject({
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  seccompProfile: z.looseObject({ type: z.string() }).optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capabilities: z
    .looseObject({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) })
    .optional(),
});

const amounts = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  envFrom: z.array(z.looseObject({ configMapRef: z.looseObject({ name: z.string() }).optional() })).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).default([]),
  resources: z.looseObject({ requests: amounts, limits: amounts }).default({ requests: {}, limits: {} }),
  securityContext: securityContext.default({}),
  lifecycle: z
    .looseObject({
      preStop: z.looseObject({ sleep: z.looseObject({ seconds: z.number() }).optional() }).optional(),
    })
    .optional(),
});
export type Container = z.infer<typeof container>;

const podTemplate = z.looseObject({
  metadata: z.looseObject({ labels: labels.default({}) }).default({ labels: {} }),
  spec: z.looseObject({
    containers: z.array(container).min(1),
    initContainers: z.array(container).default([]),
    securityContext: securityContext.default({}),
    automountServiceAccountToken: z.boolean().optional(),
    terminationGracePeriodSeconds: z.number().optional(),
    volumes: z.array(z.looseObject({ name: z.string() })).default([]),
  }),
});
export type PodTemplate = z.infer<typeof podTemplate>;

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: labels.default({}),
    annotations: labels.default({}),
    finalizers: z.array(z.string()).default([]),
  }),
  spec: z.record(z.string(), z.unknown()).default({}),
  data: z.record(z.string(), z.string()).default({}),
});

/** One object of a rendered manifest: the fields that rules read, and in `raw` the whole object as written. */
export type ClusterObject = z.infer<typeof object> & { readonly raw: unknown };

/** @throws ZodError if the value is not a Kubernetes object */
export function parseObject(value: unknown): ClusterObject {
  return { ...object.parse(value), raw: value };
}

/** The pod template of a workload; undefined for other kinds. @throws ZodError if the template is malformed */
export function podTemplateOf({ kind, spec }: ClusterObject): PodTemplate | undefined {
  if (['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind)) return podTemplate.parse(spec['template']);
  if (kind !== 'CronJob') return undefined;
  const cron = z.looseObject({ spec: z.looseObject({ template: podTemplate }) }).parse(spec['jobTemplate']);
  return cron.spec.template;
}

/** The kind, namespace and name of an object, for example `Deployment ecommerce/sso-service`. */
export function titleOf({ kind, metadata }: ClusterObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
