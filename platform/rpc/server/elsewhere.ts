import type { DescService } from '@bufbuild/protobuf';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { Health, HealthCheckResponse_ServingStatus } from '../../../proto/gen/grpc/health/v1/health_pb.ts';
import { type Clients, roleOf } from '../clients/clients.ts';
import type { Role } from '../../service.ts';

/** The public contract, in the order in which it is documented. */
export const publicServices: readonly DescService[] = [
  AuthService,
  ProductService,
  WalletService,
  CartService,
  OrderService,
  CheckoutService,
];

const answerWithinMs = 2000;

/**
 * The part of the public contract that other processes serve. A gateway can't put together what each process says of
 * itself, so every process describes and reflects the whole contract and passes questions about health on.
 */
export interface Elsewhere {
  readonly services: readonly DescService[];
  readonly health: (typeName: string) => Promise<HealthCheckResponse_ServingStatus>;
}

/** Of a process with these roles. */
export function createElsewhere(hosted: readonly Role[], clients: Clients): Elsewhere {
  const services = publicServices.filter((service) => !hosted.includes(roleOf(service)));
  return {
    services,
    health: async (typeName) => {
      const service = services.find((each) => each.typeName === typeName);
      if (service === undefined) return HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN;
      const peer = clients.connect(Health, { at: roleOf(service), timeoutMs: answerWithinMs });
      return peer.check({ service: typeName }).then(
        ({ status }) => status,
        () => HealthCheckResponse_ServingStatus.NOT_SERVING,
      );
    },
  };
}
