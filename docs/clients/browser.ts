/**
 * A web page's client: Connect over fetch, typed by the generated code, with streams. Nothing in it is special to a
 * browser or to Node; a bundler takes it as it is. For gRPC-Web, put `createGrpcWebTransport` in its place.
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

/** The stable reason of a refusal, for example `INSUFFICIENT_FUNDS`; undefined if the server didn't say. */
export function reasonOf(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

/** The clients of a shop at `baseUrl`, for example http://127.0.0.1:8000, on behalf of whoever signs in. */
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
    /** Call it when a call fails as `unauthenticated`: access tokens live for minutes. */
    refresh: async () => {
      tokens = (await auth.refresh({ refreshToken: tokens?.refreshToken ?? '' })).tokens;
    },
  };
}

export type Shop = ReturnType<typeof createShop>;

/** The cheapest product of a category that is in stock. */
export async function cheapest({ products }: Shop, category: string) {
  const wanted = { category, inStock: true, orderBy: 'price', pageSize: 1 };
  const [product] = (await products.listProducts(wanted)).products;
  if (product === undefined) throw new ConnectError('nothing is in stock', Code.NotFound);
  return product;
}

/**
 * Buys what is in the cart and follows the order to its end. The request id is made before the first try and kept for
 * every further one: however often the network fails in between, the cart is bought once.
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

/** Repeats a call that may have been lost; anything else is the answer. */
async function retried<Answer>(call: () => Promise<Answer>, tries = 3): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (tries <= 1 || (code !== Code.Unavailable && code !== Code.DeadlineExceeded)) throw error;
    return retried(call, tries - 1);
  }
}
