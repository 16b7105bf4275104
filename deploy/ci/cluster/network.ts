import { z } from 'zod';
import { podTemplateOf, type ClusterObject } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: the pods of one workload, or something that our manifests do not create. */
export interface Party {
  /** `<namespace>/<app.kubernetes.io/name>`, or any name if our manifests do not create it. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly { readonly name?: string | undefined; readonly port: number }[];
}

const labels = z.record(z.string(), z.string());
const selector = z.strictObject({ matchLabels: labels.default({}) });
const peer = z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() });
const port = z.strictObject({ port: z.union([z.string(), z.number()]), protocol: z.string().default('TCP') });
const rule = z.strictObject({
  from: z.array(peer).optional(),
  to: z.array(peer).optional(),
  ports: z.array(port).optional(),
});
const policy = z.strictObject({
  podSelector: selector.default({ matchLabels: {} }),
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
  ingress: z.array(rule).default([]),
  egress: z.array(rule).default([]),
});
type Peer = z.infer<typeof peer>;

const selects = (wanted: Labels, own: Labels) => Object.entries(wanted).every(([name, value]) => own[name] === value);

/** One party for each workload. */
export function partiesOf(objects: readonly ClusterObject[]): Party[] {
  return objects.flatMap((object) => {
    const template = podTemplateOf(object);
    if (template === undefined) return [];
    const own = template.metadata.labels;
    const namespace = object.metadata.namespace ?? '';
    const ports = template.spec.containers.flatMap((container) =>
      container.ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
    );
    return [{ name: `${namespace}/${own['app.kubernetes.io/name']}`, namespace, labels: own, ports }];
  });
}

/**
 * Tells whether the network policies let one party connect to a TCP port of another. As in Kubernetes, a pod that no
 * policy of a direction selects may do everything in that direction; any other pod may do what one of its policies
 * allows.
 * @throws ZodError if a policy uses a field that this function does not know
 */
export function createNetwork(objects: readonly ClusterObject[]): (from: Party, to: Party, port: number) => boolean {
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata, spec }) => ({ namespace: metadata.namespace, ...policy.parse(spec) }));

  function lets(direction: 'Ingress' | 'Egress', one: Party, other: Party, target: Party, number: number): boolean {
    const own = policies.filter(
      ({ namespace, podSelector, policyTypes }) =>
        namespace === one.namespace && policyTypes.includes(direction) && selects(podSelector.matchLabels, one.labels),
    );
    if (own.length === 0) return true;
    const meant = ({ podSelector, namespaceSelector }: Peer) =>
      (namespaceSelector === undefined
        ? other.namespace === one.namespace
        : selects(namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': other.namespace })) &&
      selects(podSelector?.matchLabels ?? {}, other.labels);
    const isPort = (wanted: string | number) =>
      wanted === number || target.ports.some(({ name, port: open }) => name === wanted && open === number);
    return own
      .flatMap(({ ingress, egress }) => (direction === 'Ingress' ? ingress : egress))
      .some(({ from, to, ports }) => {
        const peers = direction === 'Ingress' ? from : to;
        return (peers?.some(meant) ?? true) && (ports?.some(({ port: wanted }) => isPort(wanted)) ?? true);
      });
  }

  return (from, to, number) => lets('Egress', from, to, to, number) && lets('Ingress', to, from, to, number);
}
