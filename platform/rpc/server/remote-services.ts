import type { DescService } from '@bufbuild/protobuf';
import { Health, HealthCheckResponse_ServingStatus } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import type { Clients } from '../clients/clients.ts';

const answerWithinMs = 2000;

/**
 * The part of the public contract that other processes serve. A gateway can't put together what each process says of
 * itself, so every process describes and reflects the whole contract and passes questions about health on.
 */
export interface RemoteServices {
  readonly services: readonly DescService[];
  readonly health: (typeName: string) => Promise<HealthCheckResponse_ServingStatus>;
}

/** @param services public ones that this process does not host */
export function createRemoteServices(services: readonly DescService[], clients: Clients): RemoteServices {
  return {
    services,
    health: async (typeName) => {
      const service = services.find((each) => each.typeName === typeName);
      if (service === undefined) return HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN;
      const remote = clients.connect(Health, { besideService: service, timeoutMs: answerWithinMs });
      return remote.check({ service: typeName }).then(
        ({ status }) => status,
        () => HealthCheckResponse_ServingStatus.NOT_SERVING,
      );
    },
  };
}
