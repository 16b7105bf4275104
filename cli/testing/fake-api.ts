import { createClient, createRouterTransport, type ServiceImpl } from '@connectrpc/connect';
import { AdminService } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { UserApi } from '../api.ts';

export interface FakeServices {
  readonly admin?: Partial<ServiceImpl<typeof AdminService>>;
  readonly cart?: Partial<ServiceImpl<typeof CartService>>;
  readonly checkout?: Partial<ServiceImpl<typeof CheckoutService>>;
  readonly orders?: Partial<ServiceImpl<typeof OrderService>>;
}

/** The API for a user, in memory: what a test does not give is not implemented. */
export function fakeApi(services: FakeServices, roles: readonly string[] = ['customer']): UserApi {
  const transport = createRouterTransport(({ service }) => {
    service(AdminService, services.admin ?? {});
    service(CartService, services.cart ?? {});
    service(CheckoutService, services.checkout ?? {});
    service(OrderService, services.orders ?? {});
  });
  return {
    admin: createClient(AdminService, transport),
    cart: createClient(CartService, transport),
    checkout: createClient(CheckoutService, transport),
    orders: createClient(OrderService, transport),
    products: createClient(ProductService, transport),
    wallet: createClient(WalletService, transport),
    userId: 'the-buyer',
    roles,
    asUser: { headers: { authorization: 'Bearer x' } },
  };
}
