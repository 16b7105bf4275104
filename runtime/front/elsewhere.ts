import { HealthCheckResponse_ServingStatus } from '../../proto/gen/grpc/health/v1/health_pb.ts';
import type { RemoteServices } from '../../platform/rpc/server/remote-services.ts';
import { hostOf } from '../registry.ts';
import type { Elsewhere } from './health.ts';

const keepMs = 2000;

/** Asks the other processes whether they take calls. The page may be read often, so an answer is kept for two seconds. */
export function createElsewhere({ services, health }: RemoteServices): () => Promise<Elsewhere> {
  let kept: { readonly answers: Promise<Elsewhere>; readonly untilMs: number } | undefined;
  const ask = async (): Promise<Elsewhere> => {
    const told = services.map(async (service) => {
      const status = await health(service.typeName);
      return [hostOf(service), status === HealthCheckResponse_ServingStatus.SERVING] as const;
    });
    return Object.fromEntries(await Promise.all(told));
  };
  return () => {
    if (kept === undefined || kept.untilMs < Date.now()) kept = { answers: ask(), untilMs: Date.now() + keepMs };
    return kept.answers;
  };
}
