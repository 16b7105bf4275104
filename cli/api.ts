import { ConnectError, createClient, type Client, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { AdminService } from '../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService, type Tokens, type User } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { whoIsHere } from './machine.ts';
import { callPart } from './parts.ts';
import { withoutPassword } from './settings.ts';
import { version } from './version.ts';

/** Clients of the public API, and the call options that make calls on behalf of one signed-in user. */
export interface UserApi {
  readonly cart: Client<typeof CartService>;
  readonly checkout: Client<typeof CheckoutService>;
  readonly orders: Client<typeof OrderService>;
  readonly products: Client<typeof ProductService>;
  readonly wallet: Client<typeof WalletService>;
  readonly admin: Client<typeof AdminService>;
  /** UUID of the user who signed in. */
  readonly userId: string;
  readonly roles: readonly string[];
  readonly asUser: { readonly headers: { readonly authorization: string } };
}

/** Tells the audit trail who asks, as it tells it of commands that write their entries themselves. */
const namingCaller: Interceptor = (next) => (request) => {
  const caller = `ecommerce-cli/${version()} (${whoIsHere()})`;
  if (request.service.typeName === AdminService.typeName)
    request.header.set('user-agent', caller.replaceAll(/[^\x20-\x7E]/g, '?'));
  return next(request);
};

/** Errors of the API name it. Those of the network do not tell the address. */
const namingApi =
  (address: string): Interceptor =>
  (next) =>
  (request) =>
    callPart({ part: 'API', address: withoutPassword(address) }, async () => {
      try {
        return await next(request);
      } catch (error) {
        throw ConnectError.from(error);
      }
    });

/** The catalog, which everybody may read. */
export function openCatalog(baseUrl: string): Client<typeof ProductService> {
  return createClient(ProductService, transportTo(baseUrl));
}

function transportTo(baseUrl: string): Transport {
  return createConnectTransport({
    baseUrl,
    httpVersion: '1.1',
    defaultTimeoutMs: 15_000,
    interceptors: [namingApi(baseUrl), namingCaller],
  });
}

/** Signs somebody in, or up, and makes the clients of the API for them. */
export async function enter(
  baseUrl: string,
  ask: (
    auth: Client<typeof AuthService>,
  ) => Promise<{ readonly user?: User | undefined; readonly tokens?: Tokens | undefined }>,
): Promise<UserApi> {
  const transport = transportTo(baseUrl);
  const { tokens, user } = await ask(createClient(AuthService, transport));
  return {
    cart: createClient(CartService, transport),
    checkout: createClient(CheckoutService, transport),
    orders: createClient(OrderService, transport),
    products: createClient(ProductService, transport),
    wallet: createClient(WalletService, transport),
    admin: createClient(AdminService, transport),
    userId: user?.userId ?? '',
    roles: user?.roles ?? [],
    asUser: { headers: { authorization: `Bearer ${tokens?.accessToken ?? ''}` } },
  };
}
