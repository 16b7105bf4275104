import { Code, ConnectError } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { fromJson, toJson, type DescMethodUnary, type JsonValue } from '@bufbuild/protobuf';
import { ErrorInfoSchema } from '../../proto/gen/google/rpc/error_details_pb.ts';
import { publicServices } from '../../platform/rpc/server/elsewhere.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface CallOptions {
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
  /** Aborting it drops the connection or the stream, as a client does that goes away. */
  readonly signal?: AbortSignal;
}

/** A door of the platform. Requests and answers are proto3 JSON. */
export interface Door {
  /** @throws NoAnswer, Refused */
  call(method: Method, request: Json, options?: CallOptions): Promise<Json>;
  close(): void;
}

/** The platform did not answer, or not now: the same call may be made again. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** HTTP's status, gRPC's code, or the name of what the connection died of. */
  readonly status: string;
  readonly retryAfterMs: number;

  constructor(status: string, detail: string, retryAfterMs = 0) {
    super(`${status}: ${detail}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A definitive no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(`${reason}: ${message}`);
    this.reason = reason;
  }
}

const restPaths = {
  'AuthService/Register': 'POST /api/v1/auth/register',
  'AuthService/Login': 'POST /api/v1/auth/login',
  'ProductService/GetProduct': 'GET /api/v1/products/{productId}',
  'ProductService/CreateProduct': 'POST /api/v1/products',
  'ProductService/AdjustStock': 'POST /api/v1/products/{productId}:adjustStock',
  'WalletService/CreateWallet': 'POST /api/v1/wallet',
  'WalletService/GetWallet': 'GET /api/v1/wallet',
  'WalletService/TopUp': 'POST /api/v1/wallet/topup',
  'WalletService/ListTransactions': 'GET /api/v1/wallet/transactions',
  'CartService/GetCart': 'GET /api/v1/cart',
  'CartService/AddItem': 'POST /api/v1/cart/items',
  'CartService/SetItemQuantity': 'PATCH /api/v1/cart/items/{productId}',
  'CartService/RemoveItem': 'DELETE /api/v1/cart/items/{productId}',
  'CheckoutService/StartCheckout': 'POST /api/v1/cart/checkout',
  'CheckoutService/GetCheckout': 'GET /api/v1/checkouts/{orderId}',
  'CheckoutService/CancelCheckout': 'POST /api/v1/checkouts/{orderId}:cancel',
  'OrderService/GetOrder': 'GET /api/v1/orders/{orderId}',
  'OrderService/ListOrders': 'GET /api/v1/orders',
  'OrderService/CancelOrder': 'POST /api/v1/orders/{orderId}:cancel',
} as const;

export type Method = keyof typeof restPaths;

const defaultTimeoutMs = 12_000;

/** REST by fetch. @param baseUrl for example http://127.0.0.1:8000 */
export function restDoor(baseUrl: string): Door {
  return {
    close: () => undefined,
    async call(method, request, { token, timeoutMs = defaultTimeoutMs, signal } = {}) {
      const [verb = '', template = ''] = restPaths[method].split(' ');
      const fields = new Map(Object.entries(request));
      const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
        const value = String(fields.get(field));
        fields.delete(field);
        return encodeURIComponent(value);
      });
      const hasBody = verb === 'POST' || verb === 'PATCH';
      const query = new URLSearchParams();
      if (!hasBody) for (const [name, value] of fields) query.set(name, String(value));
      const over = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(`${baseUrl}${path}?${query.toString()}`, {
          method: verb,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(hasBody ? { 'content-type': 'application/json' } : {}),
          },
          signal: signal === undefined ? over : AbortSignal.any([signal, over]),
          ...(hasBody ? { body: JSON.stringify(Object.fromEntries(fields)) } : {}),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as Json;
        throw restFailure(response, text);
      } catch (error) {
        if (error instanceof Refused || error instanceof NoAnswer) throw error;
        throw new NoAnswer(nameOf(error), `${method} was not answered`);
      }
    },
  };
}

/** Calls of one service go through another door. @param service for example `CartService/` */
export function ledElsewhere(door: Door, service: string, other: Door): Door {
  return {
    call: (method, request, options) => (method.startsWith(service) ? other : door).call(method, request, options),
    close() {
      door.close();
      other.close();
    },
  };
}

function restFailure({ status, headers }: Response, text: string): Error {
  const { reason = '', detail = '' } = problemOf(text);
  const told = `${reason} ${detail}`.trim();
  const isDefinitive = status < 500 && status !== 429 && status !== 408 && status !== 401;
  if (isDefinitive) return new Refused(reason, `${status} ${detail}`);
  return new NoAnswer(String(status), told, 1000 * Number(headers.get('retry-after') ?? 0));
}

// What stands between may answer with a page of its own.
function problemOf(text: string): { readonly reason?: string; readonly detail?: string } {
  try {
    return JSON.parse(text) as { reason?: string; detail?: string };
  } catch {
    return { detail: text.slice(0, 80) };
  }
}

function nameOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return String(cause);
}

const definitive: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
]);

/** gRPC. @param baseUrl for example http://127.0.0.1:50051 */
export function grpcDoor(baseUrl: string): Door {
  const transport = createGrpcTransport({ baseUrl });
  return {
    close: () => undefined,
    async call(name, request, { token, timeoutMs = defaultTimeoutMs, signal } = {}) {
      const method = methodOf(name);
      const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
      try {
        const message = fromJson(method.input, request as JsonValue);
        const answer = await transport.unary(method, signal, timeoutMs, headers, message);
        return toJson(method.output, answer.message, { alwaysEmitImplicit: true }) as Json;
      } catch (error) {
        throw grpcFailure(name, ConnectError.from(error));
      }
    },
  };
}

function methodOf(name: Method): DescMethodUnary {
  const [serviceName, methodName] = name.split('/');
  const service = publicServices.find((each) => each.name === serviceName);
  const method = service?.methods.find((each) => each.name === methodName);
  if (method?.methodKind !== 'unary') throw new Error(`there is no method ${name}`);
  return { ...method, methodKind: method.methodKind };
}

function grpcFailure(name: Method, error: ConnectError): Error {
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
  if (definitive.has(error.code)) return new Refused(reason, error.rawMessage);
  const status = error.code === Code.Internal && reason !== '' ? '500' : `gRPC ${Code[error.code]}`;
  const retryAfterMs = 1000 * Number(error.metadata.get('retry-after') ?? 0);
  return new NoAnswer(status, `${name} ${reason} ${error.rawMessage}`, retryAfterMs);
}
