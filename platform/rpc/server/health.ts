import { Code, ConnectError, type ConnectRouter, type ServiceImpl } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import type { Readiness } from './readiness.ts';
import type { RemoteServices } from './remote-services.ts';

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;
const watchIntervalMs = 1000;

function nextLook(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  };
  const timer = setTimeout(done, watchIntervalMs);
  signal.addEventListener('abort', done);
  return promise;
}

export interface HealthOptions {
  /** The type names of the services hosted here. */
  readonly names: ReadonlySet<string>;
  readonly readiness: Readiness;
  readonly remoteServices: RemoteServices | undefined;
}

/**
 * Registers `grpc.health.v1.Health`. A hosted service is SERVING while the process is ready; the empty name stands for
 * the process. For remote services the process that hosts them is asked.
 */
export function registerHealth(router: ConnectRouter, { names, readiness, remoteServices }: HealthOptions): void {
  const here = async () => ((await readiness.report()).ready ? SERVING : NOT_SERVING);
  const remote = new Set(remoteServices?.services.map(({ typeName }) => typeName));
  const status = async (name: string) => {
    if (name === '' || names.has(name)) return here();
    return remoteServices === undefined || !remote.has(name) ? SERVICE_UNKNOWN : remoteServices.health(name);
  };
  const implementation: ServiceImpl<typeof Health> = {
    check: async ({ service }) => {
      const now = await status(service);
      if (now === SERVICE_UNKNOWN) throw new ConnectError('unknown service', Code.NotFound);
      return { status: now };
    },
    list: async () => {
      const all = ['', ...names, ...remote].map(async (name) => [name, { status: await status(name) }] as const);
      return { statuses: Object.fromEntries(await Promise.all(all)) };
    },
    watch: async function* ({ service }, { signal }) {
      let last: HealthCheckResponse_ServingStatus | undefined;
      while (!signal.aborted) {
        const now = await status(service);
        if (now !== last) yield { status: now };
        last = now;
        await nextLook(signal);
      }
    },
  };
  router.service(Health, implementation, { interceptors: [] });
}
