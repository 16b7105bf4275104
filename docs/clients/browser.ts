/**
 * An example of a client for a web page: Connect over fetch, with the types of the generated code and with streams. It
 * runs in browsers and in Node, and bundlers need no configuration for it. For gRPC-Web, use `createGrpcWebTransport`
 * instead.
 */
import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService, CheckoutState } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService, type Tokens } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The stable reason of an error, for example `INSUFFICIENT_FUNDS`; undefined if the server gave none. */
export function reasonOf(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

/**
 * The clients of a shop at `baseUrl`, for example http://127.0.0.1:8000. They call on behalf of the user who signs in.
 */
export function createShop(baseUrl: string) {
  let tokens: Tokens | undefined;
  const withToken: Interceptor = (next) => (request) => {
    if (tokens !== undefined) request.header.set('authorization', `Bearer ${tokens.accessToken}`);
    return next(request);
  };
  const plain = createConnectTransport({ baseUrl });
  const transport = createConnectTransport({ baseUrl, interceptors: [withToken] });
  const auth = createClient(AuthService, plain);
  return {
    cart: createClient(CartService, transport),
    checkout: createClient(CheckoutService, transport),
    products: createClient(ProductService, transport),
    wallet: createClient(WalletService, transport),
    register: async (credentials: Credentials) => {
      tokens = (await auth.register(credentials)).tokens;
    },
    signIn: async (credentials: Credentials) => {
      tokens = (await auth.login(credentials)).tokens;
    },
    /** Call this when a call fails as `unauthenticated`, because access tokens expire after minutes. */
    refresh: async () => {
      tokens = (await auth.refresh({ refreshToken: tokens?.refreshToken ?? '' })).tokens;
    },
  };
}

export type Shop = ReturnType<typeof createShop>;

/** The cheapest product of a category among those in stock. */
export async function cheapest({ products }: Shop, category: string) {
  const wanted = { category, inStock: true, orderBy: 'price', pageSize: 1 };
  const [product] = (await products.listProducts(wanted)).products;
  if (product === undefined) throw new ConnectError('nothing is in stock', Code.NotFound);
  return product;
}

/**
 * Buys the cart and follows the order to its end. The request id is made before the first attempt, and all attempts use
 * it. So the cart is bought once, however often the network fails meanwhile.
 */
export async function buy({ checkout }: Shop, onState: (state: CheckoutState) => void): Promise<CheckoutState> {
  const requestId = crypto.randomUUID();
  const { checkout: accepted } = await retried(() => checkout.startCheckout({ requestId }));
  let state = accepted?.state ?? CheckoutState.UNSPECIFIED;
  for await (const { checkout: current } of checkout.watchCheckout({ orderId: accepted?.orderId ?? '' })) {
    state = current?.state ?? state;
    onState(state);
  }
  return state;
}

/** Repeats a call whose request or answer may have been lost. Any other error is thrown. */
async function retried<Answer>(call: () => Promise<Answer>, tries = 3): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (tries <= 1 || (code !== Code.Unavailable && code !== Code.DeadlineExceeded)) throw error;
    return retried(call, tries - 1);
  }
}
