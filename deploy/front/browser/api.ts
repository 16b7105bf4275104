import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { AdminService } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService, type Tokens, type User } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { BadRequestSchema, ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { rememberChange } from './lost-change.ts';
import { newRequestId } from './request-id.ts';
import { createTwins } from './twins.ts';
import { readSession, writeSession, type Session } from './session.ts';

const baseUrl = globalThis.location.origin;
const auth = createClient(AuthService, createConnectTransport({ baseUrl, interceptors: [rememberChange] }));
/** A token is renewed this long before it ends, so that a call under way does not meet its end. */
const earlyMs = 30_000;

let session = readSession();
let onEnd: () => void = () => undefined;

function keep(next: Session | undefined): void {
  session = next;
  writeSession(next);
  twins.join(next);
}

/** The session has ended elsewhere, or the server refuses it. */
function lose(): void {
  keep(undefined);
  onEnd();
}

const twins = createTwins({ current: () => session, onRenewed: keep, onEnded: lose });
twins.join(session);

interface SignedIn {
  readonly tokens?: Tokens | undefined;
  readonly user?: User | undefined;
}

function begin({ tokens, user }: SignedIn): void {
  if (tokens === undefined || user === undefined) throw new Error('the answer contains no session');
  keep({ email: user.email, roles: user.roles, family: newRequestId(), ...partsOf(tokens) });
}

function partsOf({ accessToken, refreshToken, expiresIn }: Tokens) {
  return { accessToken, refreshToken, endsAtMs: Date.now() + expiresIn * 1000 };
}

/** The server no longer knows the session, for example because a password was changed. The person signs in again. */
class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/** Whether a call failed because the session has ended. The form to sign in tells that already. */
export function isSessionEnd(error: unknown): boolean {
  // Connect wraps what an interceptor throws.
  return ConnectError.from(error).cause instanceof SessionEnded;
}

/** Ends the session that was refused, unless another one has begun meanwhile. */
function refuse(refused: Session): SessionEnded {
  if (session?.refreshToken === refused.refreshToken) lose();
  return new SessionEnded();
}

const isUnauthenticated = (error: unknown) => ConnectError.from(error).code === Code.Unauthenticated;

let renewing: Promise<void> | undefined;

/**
 * Exchanges the refresh token, which can be used once. Calls that need that at the same time share one exchange, and tabs
 * that have the same session share its outcome. Two that exchange in the same moment get the same successor.
 */
function renew(): Promise<void> {
  renewing ??= exchange().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

const isOld = (some: Session | undefined) => some !== undefined && some.endsAtMs - earlyMs < Date.now();

async function exchange(): Promise<void> {
  // A tab that slept has missed what the others told.
  if (session !== undefined) await twins.ask(session);
  const from = session;
  if (from === undefined || !isOld(from)) return;
  try {
    const { tokens } = await auth.refresh({ refreshToken: from.refreshToken });
    // Whoever has signed out meanwhile stays signed out.
    if (tokens === undefined || session !== from) return;
    const next = { ...from, ...partsOf(tokens) };
    keep(next);
    twins.tell(next);
  } catch (error) {
    throw isUnauthenticated(error) ? refuse(from) : error;
  }
}

const withToken: Interceptor = (next) => async (request) => {
  if (isOld(session)) await renew();
  const used = session;
  // What goes on after a sign-out.
  if (used === undefined) throw new SessionEnded();
  request.header.set('authorization', `Bearer ${used.accessToken}`);
  try {
    const answer = await next(request);
    return answer.stream ? { ...answer, message: watched(answer.message, used) } : answer;
  } catch (error) {
    throw isUnauthenticated(error) ? refuse(used) : error;
  }
};

/** A stream tells only while it is read that the session was refused. */
async function* watched<Message>(messages: AsyncIterable<Message>, used: Session): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw isUnauthenticated(error) ? refuse(used) : error;
  }
}

const transport = createConnectTransport({ baseUrl, interceptors: [withToken, rememberChange] });

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
  begin(await auth.login(credentials));
}

export async function register(credentials: Credentials): Promise<void> {
  begin(await auth.register(credentials));
}

export async function signOut(): Promise<void> {
  const refreshToken = session?.refreshToken;
  twins.end();
  keep(undefined);
  if (refreshToken !== undefined) await auth.logout({ refreshToken });
}

/** The e-mail address of whoever is signed in, also after a reload. */
export function whoIsSignedIn(): string | undefined {
  return session?.email;
}

/** Calls back when the server refuses the session. */
export function onSessionEnd(run: () => void): void {
  onEnd = run;
}

/** Whether whoever is signed in may look at orders of other people. */
export function isSupport(): boolean {
  return session?.roles.some((role) => role === 'support' || role === 'admin') ?? false;
}

/** The stable reason of an error, for example `INSUFFICIENT_FUNDS`. */
export function reasonOf(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

/** What the server says of each field that it refuses, by the field's name. */
export function violationsOf(error: unknown): ReadonlyMap<string, string> {
  const found = ConnectError.from(error).findDetails(BadRequestSchema);
  return new Map(found.flatMap(({ fieldViolations }) => fieldViolations.map((one) => [one.field, one.description])));
}

/** Whether a call found no process that answers: nothing listens, a proxy says so, or there is no network. */
export function isUnreachable(error: unknown): boolean {
  // `fetch` rejects with a TypeError, which Connect wraps. One of our own code comes as it is.
  if (!(error instanceof ConnectError)) return false;
  return error.cause instanceof TypeError || (error.code === Code.Unavailable && reasonOf(error) === undefined);
}

/** For people. */
export function messageOf(error: unknown): string {
  return ConnectError.from(error).rawMessage;
}
