import { podTemplateOf, titleOf, type ClusterObject, type Container, type PodTemplate } from './objects.ts';

/** The longest stop of one of our processes: SHUTDOWN_SECONDS in components/role/configmap.yaml. */
const stopSeconds = 24;
const secretName = /PASSWORD|SECRET|TOKEN|PRIVATE_KEY/;

/**
 * What is wrong with the pods of an object: the rules of the pod security level `restricted`, and rules of our own on
 * images, resources, probes and stopping. Empty for an object without pods.
 */
export function podProblems(object: ClusterObject): string[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const { spec } = template;
  const endless = !['Job', 'CronJob'].includes(object.kind);
  const problems = [
    ...podLevel(object, template),
    ...[...spec.containers, ...spec.initContainers].flatMap((container) => containerLevel(container, template)),
    ...(endless ? spec.containers.flatMap((container) => probes(container)) : []),
    ...spec.containers.flatMap((container) => stopping(container, template)),
  ];
  return problems.map((problem) => `${titleOf(object)}: ${problem}`);
}

function podLevel(object: ClusterObject, { spec }: PodTemplate): string[] {
  const problems: string[] = [];
  const shares = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'].filter((name) => spec[name] === true);
  for (const share of shares) problems.push(`${share} must not be set`);
  for (const volume of spec.volumes) if ('hostPath' in volume) problems.push(`volume ${volume.name} is a hostPath`);
  if (spec.securityContext.seccompProfile?.type !== 'RuntimeDefault')
    problems.push('seccompProfile is not RuntimeDefault');
  if (spec.automountServiceAccountToken !== false && object.metadata.annotations[readsApi] === undefined)
    problems.push(
      `the token for the Kubernetes API is mounted: set automountServiceAccountToken to false, or give the reason in the annotation ${readsApi}`,
    );
  return problems;
}

/** The annotation in which a workload that calls the Kubernetes API gives the reason. */
const readsApi = 'ecommerce/needs-kubernetes-api';

function containerLevel(container: Container, { spec }: PodTemplate): string[] {
  const own = container.securityContext;
  const problems: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) problems.push(`container ${container.name}: ${what}`);
  };
  const { securityContext: pod } = spec;
  must((own.runAsNonRoot ?? pod.runAsNonRoot) === true, 'runAsNonRoot is not set');
  must((own.runAsUser ?? pod.runAsUser ?? 0) > 0, 'runs as root, or as the user that the image chooses: set runAsUser');
  must(own.readOnlyRootFilesystem === true, 'its root file system is writable: set readOnlyRootFilesystem');
  must(own.allowPrivilegeEscalation === false, 'privileges can be escalated: set allowPrivilegeEscalation to false');
  must(own.privileged !== true, 'is privileged');
  must(own.capabilities?.drop.includes('ALL') === true, 'does not drop all capabilities');
  must((own.capabilities?.add ?? []).length === 0, 'adds capabilities');
  for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
    must(resource in container.resources.requests, `has no request for ${resource}`);
    must(resource in container.resources.limits, `has no limit for ${resource}`);
  }
  must(
    isPinned(container.image),
    `the image ${container.image} has no tag, or a tag that can move: use an exact version`,
  );
  for (const { name, value } of container.env)
    must(
      value === undefined || !secretName.test(name),
      `${name} is a secret: take it from a Secret, not from the manifest`,
    );
  return problems;
}

/** Whether an image is `name@sha256:…`, or `name:tag` with a tag that nobody moves (not `latest`, not `17`). */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag !== undefined && !/^(latest|stable|main|master|edge|nightly|\d+)$/.test(tag);
}

function probes(container: Container): string[] {
  return ['startupProbe', 'livenessProbe', 'readinessProbe']
    .filter((probe) => !(probe in container))
    .map((probe) => `container ${container.name}: has no ${probe}`);
}

function stopping(container: Container, { spec }: PodTemplate): string[] {
  if (!container.command.includes('runtime/main.ts')) return [];
  const pause = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  return [
    ...(pause < 1
      ? [
          `container ${container.name}: has no preStop pause, so it still gets calls while it stops: add a preStop sleep`,
        ]
      : []),
    ...(grace <= pause + stopSeconds
      ? [
          `terminationGracePeriodSeconds is ${grace}, but the stop may take ${pause + stopSeconds} s (preStop pause ${pause} s, then ${stopSeconds} s)`,
        ]
      : []),
  ];
}
