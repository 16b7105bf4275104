import { podTemplateOf, titleOf, type ClusterObject, type Container, type PodTemplate } from './objects.ts';

/** Longest that one of our own processes takes to stop: SHUTDOWN_SECONDS in components/role/configmap.yaml. */
const stopSeconds = 24;
const secretName = /PASSWORD|SECRET|TOKEN|PRIVATE_KEY/;

/** What is wrong with an object's pods; none for objects that make none. Restricted pod security, and some more. */
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
    problems.push(`the token for the Kubernetes API is mounted (a pod that needs it says why: ${readsApi})`);
  return problems;
}

/** An annotation of workloads that talk to the Kubernetes API: the reason. */
const readsApi = 'ecommerce/needs-kubernetes-api';

function containerLevel(container: Container, { spec }: PodTemplate): string[] {
  const own = container.securityContext;
  const problems: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) problems.push(`container ${container.name}: ${what}`);
  };
  const { securityContext: pod } = spec;
  must((own.runAsNonRoot ?? pod.runAsNonRoot) === true, 'runAsNonRoot is not set');
  must((own.runAsUser ?? pod.runAsUser ?? 0) > 0, 'runs as root, or as whom the image likes');
  must(own.readOnlyRootFilesystem === true, 'its root file system can be written');
  must(own.allowPrivilegeEscalation === false, 'privileges can be escalated');
  must(own.privileged !== true, 'is privileged');
  must(own.capabilities?.drop.includes('ALL') === true, 'does not drop all capabilities');
  must((own.capabilities?.add ?? []).length === 0, 'adds capabilities');
  for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
    must(resource in container.resources.requests, `requests no ${resource}`);
    must(resource in container.resources.limits, `has no limit of ${resource}`);
  }
  must(isPinned(container.image), `the image ${container.image} has no tag, or one that moves`);
  for (const { name, value } of container.env)
    must(value === undefined || !secretName.test(name), `${name} is a secret that stands in the manifest`);
  return problems;
}

/** `name:tag` or `name@sha256:…`; a tag that everybody moves is none. */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag !== undefined && !/^(latest|stable|main|master|edge|nightly|\d+)$/.test(tag);
}

function probes(container: Container): string[] {
  return ['startupProbe', 'livenessProbe', 'readinessProbe']
    .filter((probe) => !(probe in container))
    .map((probe) => `container ${container.name}: no ${probe}`);
}

function stopping(container: Container, { spec }: PodTemplate): string[] {
  if (!container.command.includes('runtime/main.ts')) return [];
  const pause = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  return [
    ...(pause < 1 ? [`container ${container.name}: no preStop pause, so that calls still come in while it stops`] : []),
    ...(grace <= pause + stopSeconds
      ? [`terminationGracePeriodSeconds ${grace} cuts a stop that takes ${pause} + ${stopSeconds} s`]
      : []),
  ];
}
