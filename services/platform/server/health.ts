import { Code, ConnectError, type ConnectRouter, type ServiceImpl } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import type { Readiness } from './readiness.ts';

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

/** `grpc.health.v1.Health`: a hosted service serves while the process is ready; the empty name means all of it. */
export function registerHealth(router: ConnectRouter, serviceNames: ReadonlySet<string>, readiness: Readiness): void {
  const status = async () => ((await readiness.report()).ready ? SERVING : NOT_SERVING);
  const known = (name: string) => name === '' || serviceNames.has(name);
  const implementation: ServiceImpl<typeof Health> = {
    check: async ({ service }) => {
      if (!known(service)) throw new ConnectError('unknown service', Code.NotFound);
      return { status: await status() };
    },
    list: async () => {
      const now = { status: await status() };
      return { statuses: Object.fromEntries(['', ...serviceNames].map((name) => [name, now])) };
    },
    watch: async function* ({ service }, { signal }) {
      let last: HealthCheckResponse_ServingStatus | undefined;
      while (!signal.aborted) {
        const now = known(service) ? await status() : SERVICE_UNKNOWN;
        if (now !== last) yield { status: now };
        last = now;
        await nextLook(signal);
      }
    },
  };
  router.service(Health, implementation, { interceptors: [] });
}
