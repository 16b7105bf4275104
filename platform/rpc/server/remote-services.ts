import type { DescService } from '@bufbuild/protobuf';
import { Health, HealthCheckResponse_ServingStatus } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import type { Clients } from '../clients/clients.ts';

const answerWithinMs = 2000;

/**
 * The public services that other processes host. A gateway cannot merge the answers of several processes. So every
 * process describes the whole public contract, and asks the other processes about the health of their services.
 */
export interface RemoteServices {
  readonly services: readonly DescService[];
  readonly health: (typeName: string) => Promise<HealthCheckResponse_ServingStatus>;
}

/** @param services the public services that this process does not host */
export function createRemoteServices(services: readonly DescService[], clients: Clients): RemoteServices {
  return {
    services,
    health: async (typeName) => {
      const service = services.find((each) => each.typeName === typeName);
      if (service === undefined) return HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN;
      const remote = clients.connect(Health, { sameProcessAs: service, timeoutMs: answerWithinMs });
      return remote.check({ service: typeName }).then(
        ({ status }) => status,
        () => HealthCheckResponse_ServingStatus.NOT_SERVING,
      );
    },
  };
}
