/**
 * Calls over one protocol with a client that shares no code with ours: it tests the protocols themselves. Requests and
 * answers are proto3 JSON.
 */
export interface Driver {
  readonly name: string;
  /** @throws CallError for every answer that is not a success */
  call(method: Method, request: Json, token?: string): Promise<Json>;
  close(): Promise<void>;
}

export type Json = { readonly [key: string]: unknown };

/** `<package>.<Service>/<Method>` of every RPC that the tests call. */
export type Method = keyof typeof restRoutes;

/** The REST routes of the contract. This copy is deliberate: a route must not change by accident. */
export const restRoutes = {
  'ecommerce.sso.v1.AuthService/Register': 'POST /api/v1/auth/register',
  'ecommerce.sso.v1.AuthService/Login': 'POST /api/v1/auth/login',
  'ecommerce.sso.v1.AuthService/GetMe': 'GET /api/v1/auth/me',
  'ecommerce.products.v1.ProductService/ListProducts': 'GET /api/v1/products',
  'ecommerce.products.v1.ProductService/GetProduct': 'GET /api/v1/products/{productId}',
  'ecommerce.products.v1.ProductService/CreateProduct': 'POST /api/v1/products',
  'ecommerce.products.v1.ProductService/AdjustStock': 'POST /api/v1/products/{productId}:adjustStock',
  'ecommerce.wallet.v1.WalletService/CreateWallet': 'POST /api/v1/wallet',
  'ecommerce.wallet.v1.WalletService/GetWallet': 'GET /api/v1/wallet',
  'ecommerce.wallet.v1.WalletService/TopUp': 'POST /api/v1/wallet/topup',
  'ecommerce.wallet.v1.WalletService/ListTransactions': 'GET /api/v1/wallet/transactions',
  'ecommerce.cart.v1.CartService/GetCart': 'GET /api/v1/cart',
  'ecommerce.cart.v1.CartService/AddItem': 'POST /api/v1/cart/items',
  'ecommerce.cart.v1.CartService/SetItemQuantity': 'PATCH /api/v1/cart/items/{productId}',
  'ecommerce.cart.v1.CartService/RemoveItem': 'DELETE /api/v1/cart/items/{productId}',
  'ecommerce.checkout.v1.CheckoutService/StartCheckout': 'POST /api/v1/cart/checkout',
  'ecommerce.checkout.v1.CheckoutService/GetCheckout': 'GET /api/v1/checkouts/{orderId}',
  'ecommerce.checkout.v1.CheckoutService/GetCheckoutProgress': 'GET /api/v1/checkouts/{orderId}/progress',
  'ecommerce.checkout.v1.CheckoutService/CancelCheckout': 'POST /api/v1/checkouts/{orderId}:cancel',
  'ecommerce.order.v1.OrderService/GetOrder': 'GET /api/v1/orders/{orderId}',
  'ecommerce.order.v1.OrderService/ListOrders': 'GET /api/v1/orders',
  'ecommerce.order.v1.OrderService/CancelOrder': 'POST /api/v1/orders/{orderId}:cancel',
  'ecommerce.order.v1.OrderService/GetOrderHistory': 'GET /api/v1/orders/{orderId}/history',
} as const;

/** An error answer, with the protocol's code and the contract's reason. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: string;
  readonly reason: string;

  constructor(code: string, reason: string, message: string) {
    super(`${code} ${reason}: ${message}`);
    this.code = code;
    this.reason = reason;
  }
}

function address(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: run the tests with \`npm test\``);
  return value;
}

/** The URL at which the platform serves REST, Connect and gRPC-Web, for example http://127.0.0.1:8000. */
export const baseUrl = (): string => address('ECOMMERCE_API_URL');

/** The `host:port` at which the platform serves gRPC. */
export const grpcAddress = (): string => new URL(address('ECOMMERCE_GRPC_URL')).host;
