import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../platform/testing/eventually.ts';
import { keep, say, show, type Container, type Engine, type ImageFacts, type RunOptions } from './engine.ts';

/** Shell script for a new mount and process namespace. $1 is the root; the other arguments become process 1. */
const enter = `
set -e
root=$1; shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"; mount -o remount,bind,ro "$root$2"
  shift 2
done
shift
mount -o remount,bind,ro "$root"
`;
const become = `exec setpriv --no-new-privs chroot --userspec=10001:10001 --groups= "$root" /bin/sh -c 'cd /app && exec "$@"' sh "$@"`;

/**
 * Uses buildah as root, without a container engine. It builds in a chroot. Containers are chroots with separate namespaces
 * for mounts and processes. Unlike under an engine they see all devices of this machine.
 */
export function buildahEngine(): Engine {
  const made: string[] = [];
  const children = new Set<ReturnType<typeof keep>['child']>();
  const rootOf = (tag: string, mounts: readonly string[]): string => {
    const id = say('buildah', 'from', '--pull-never', tag);
    made.push(id);
    const root = say('buildah', 'mount', id);
    for (const inside of mounts) say('mkdir', '-p', `${root}${inside}`);
    return root;
  };
  const begin = (tag: string, command: readonly string[], { env = {}, mounts = {} }: RunOptions) => {
    const root = rootOf(tag, Object.keys(mounts));
    const own = Object.fromEntries(factsOf(tag).env.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
    const binds = Object.entries(mounts).flatMap(([inside, here]) => [here, inside]);
    const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', `${enter}${become}`, 'sh', root];
    const all = { ...own, ...env };
    return { root, env: all, ...keep('unshare', [...args, ...binds, '--', ...command], all) };
  };
  return {
    name: 'buildah',
    // Docker's format, because the OCI format has no health checks.
    build: (tag) =>
      show(
        'buildah',
        ...['bud', '--isolation=chroot', '--format=docker', '--pull-never'],
        // Uses this machine's certificates, in case its registry has a private one.
        ...['--volume=/etc/ssl/certs:/etc/ssl/certs:ro', '--file=deploy/docker/Dockerfile', `--tag=${tag}`, '.'],
      ),
    facts: factsOf,
    run: (tag, command, options = {}) => begin(tag, command, options).ended,
    start: async (tag, command, options = {}) => {
      const { root, env, child, ended } = begin(tag, command, options);
      children.add(child);
      void ended.then(() => children.delete(child));
      return containerOf({ root, env, launcher: child.pid ?? 0, ended });
    },
    close: () => {
      for (const child of children) child.kill('SIGKILL');
      for (const id of made) say('buildah', 'rm', id);
    },
  };
}

interface Config {
  readonly User: string;
  readonly Entrypoint: string[];
  readonly Env: string[];
  readonly Healthcheck?: { readonly Test: string[] };
}

function factsOf(tag: string): ImageFacts {
  const { Docker } = JSON.parse(say('buildah', 'inspect', '--type=image', tag)) as { Docker: { config: Config } };
  const { config } = Docker;
  const [image] = JSON.parse(say('buildah', 'images', '--json', tag)) as { size: string }[];
  const size = image?.size ?? '';
  return {
    user: config.User,
    entrypoint: config.Entrypoint,
    env: config.Env,
    healthcheck: config.Healthcheck?.Test ?? [],
    mebibytes: (Number.parseFloat(size) * (size.includes('GB') ? 1e9 : 1e6)) / 2 ** 20,
  };
}

interface Begun {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** The pid of `unshare`. Its only child is the container's process 1. */
  readonly launcher: number;
  readonly ended: ReturnType<typeof keep>['ended'];
}

async function containerOf({ root, env, launcher, ended }: Begun): Promise<Container> {
  let over = false;
  void ended.then(() => (over = true));
  // 0 means that the container ended before Node started.
  const first = () => (over ? 0 : numberOne(launcher));
  const pid = (await eventually('process 1', first, (found) => found !== undefined, { everyMs: 20 })) ?? 0;
  return {
    exec: (command) => {
      const args = [`--target=${pid}`, '--mount', '--pid', 'sh', '-c', `root=$1; shift; ${become}`, 'sh', root];
      return keep('nsenter', [...args, ...command], env).ended;
    },
    stop: async () => {
      const from = performance.now();
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGTERM');
      const outcome = await Promise.race([ended, delay(60_000, undefined, { ref: false })]);
      if (outcome === undefined) process.kill(pid, 'SIGKILL');
      return { ...(outcome ?? (await ended)), seconds: (performance.now() - from) / 1000 };
    },
  };
}

/** The pid of the container's process 1. Undefined until the shell has become Node. */
function numberOne(launcher: number): number | undefined {
  const pid = Number(readFileSync(`/proc/${launcher}/task/${launcher}/children`, 'utf8').trim().split(' ')[0]);
  if (!(pid > 0)) return undefined;
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('node\0') ? pid : undefined;
}
