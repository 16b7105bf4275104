import { ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { AdminService } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService, type Tokens, type User } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';

const baseUrl = globalThis.location.origin;
const auth = createClient(AuthService, createConnectTransport({ baseUrl }));
/** A token is renewed this long before it ends, so that a call under way does not meet its end. */
const earlyMs = 30_000;

/** Only in memory: closing the page signs out. */
let session: { readonly tokens: Tokens; readonly endsAtMs: number; readonly roles: readonly string[] } | undefined;

interface SignedIn {
  readonly tokens?: Tokens | undefined;
  readonly user?: User | undefined;
}

/** The answer to a refresh names no user: the roles stay. */
function keep({ tokens, user }: SignedIn): void {
  const roles = user?.roles ?? session?.roles ?? [];
  session = tokens && { tokens, roles, endsAtMs: Date.now() + tokens.expiresIn * 1000 };
}

const withToken: Interceptor = (next) => async (request) => {
  if (session !== undefined && session.endsAtMs - earlyMs < Date.now()) {
    keep(await auth.refresh({ refreshToken: session.tokens.refreshToken }));
  }
  if (session !== undefined) request.header.set('authorization', `Bearer ${session.tokens.accessToken}`);
  return next(request);
};

const transport = createConnectTransport({ baseUrl, interceptors: [withToken] });

export const admin = createClient(AdminService, transport);
export const carts = createClient(CartService, transport);
export const checkouts = createClient(CheckoutService, transport);
export const orders = createClient(OrderService, transport);
export const products = createClient(ProductService, transport);
export const wallets = createClient(WalletService, transport);

interface Credentials {
  readonly email: string;
  readonly password: string;
}

export async function signIn(credentials: Credentials): Promise<void> {
  keep(await auth.login(credentials));
}

export async function register(credentials: Credentials): Promise<void> {
  keep(await auth.register(credentials));
}

export async function signOut(): Promise<void> {
  const refreshToken = session?.tokens.refreshToken;
  session = undefined;
  if (refreshToken !== undefined) await auth.logout({ refreshToken });
}

/** Whether whoever is signed in may look at orders of other people. */
export function isSupport(): boolean {
  return session?.roles.some((role) => role === 'support' || role === 'admin') ?? false;
}

/** The stable reason of an error, for example `INSUFFICIENT_FUNDS`. */
export function reasonOf(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

/** For people. */
export function messageOf(error: unknown): string {
  return ConnectError.from(error).rawMessage;
}
