import type { HandlerContext } from '@connectrpc/connect';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService, CheckoutState } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import {
  ProductService,
  type AdjustStockRequest,
  type ListProductsRequest,
  type UpdateProductRequest,
} from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { FundsService, HoldState } from '../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { callerKey, requireUser } from '../auth/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { httpStatusKey } from '../rpc/server/http-status.ts';
import type { Service } from '../service.ts';

/** The calls of the fixture's handlers, and how the handlers behave. */
export interface Fixture {
  readonly service: Service;
  readonly calls: { method: string; message: unknown; context: HandlerContext }[];
  /** Runs inside `GetWallet`. A test may let it throw or wait. */
  onGetWallet: (context: HandlerContext) => Promise<void>;
  /** Runs before each message of `WatchCheckout`. */
  onWatch: (context: HandlerContext, index: number) => Promise<void>;
  ready: boolean;
  /** The present etag of every product. A write with another one is refused; with none it is not looked at. */
  etag: string | undefined;
}

function money(minorUnits: bigint) {
  return { currencyCode: 'USD', minorUnits };
}

/** Makes a service with the real contract and trivial handlers, for tests of the platform. */
export function createFixture(): Fixture {
  const calls: Fixture['calls'] = [];
  const note = (method: string, message: unknown, context: HandlerContext) => calls.push({ method, message, context });
  const expectEtag = (etag = ''): void => {
    if (fixture.etag === undefined || etag === '' || etag === fixture.etag) return;
    throw new AppError('aborted', 'ETAG_MISMATCH', 'the product has changed since it was read');
  };
  const fixture: Fixture = {
    calls,
    ready: true,
    etag: undefined,
    onGetWallet: () => Promise.resolve(),
    onWatch: () => Promise.resolve(),
    service: {
      role: 'wallet',
      checks: {
        database: () => (fixture.ready ? Promise.resolve() : Promise.reject(new Error('down'))),
      },
      http: (app) => app.get('/.well-known/jwks.json', (context) => context.json({ keys: [] })),
      internalRoutes: (router) =>
        router.service(FundsService, {
          hold: (request, context) => {
            note('Hold', request, context);
            return { state: HoldState.HELD };
          },
        }),
      routes: (router) => {
        router.service(WalletService, {
          getWallet: async (request, context) => {
            note('GetWallet', request, context);
            const { userId } = requireUser(context);
            await fixture.onGetWallet(context);
            return { wallet: { walletId: userId, currencyCode: 'USD', balance: money(0n) } };
          },
          topUp: (request, context) => {
            note('TopUp', request, context);
            return { wallet: { walletId: 'w' }, transaction: { transactionId: request.requestId } };
          },
          listTransactions: (request, context) => {
            note('ListTransactions', request, context);
            return {};
          },
        });
        router.service(ProductService, {
          listProducts: (request: ListProductsRequest, context) => {
            note('ListProducts', request, context);
            return { products: [{ productId: 'p', availableQuantity: 0, price: money(1999n) }] };
          },
          getProduct: (request, context) => {
            note('GetProduct', request, context);
            const { kind: name } = context.values.get(callerKey);
            return { product: { productId: request.productId, name, etag: fixture.etag ?? '' } };
          },
          batchGetProducts: (request, context) => {
            note('BatchGetProducts', request, context);
            return { products: request.productIds.map((productId) => ({ productId })) };
          },
          updateProduct: (request: UpdateProductRequest, context) => {
            note('UpdateProduct', request, context);
            expectEtag(request.product?.etag);
            if (request.product !== undefined) request.product.etag = fixture.etag ?? request.product.etag;
            return { product: request.product };
          },
          adjustStock: (request: AdjustStockRequest, context) => {
            note('AdjustStock', request, context);
            return { product: { productId: request.productId, availableQuantity: request.delta } };
          },
          deleteProduct: (request, context) => {
            note('DeleteProduct', request, context);
            expectEtag(request.etag);
            return {};
          },
        });
        router.service(CartService, {
          addItem: (request, context) => {
            note('AddItem', request, context);
            return {};
          },
        });
        router.service(OrderService, {
          getOrder: (request) => ({ order: { orderId: request.orderId } }),
          listOrders: (request, context) => {
            note('ListOrders', request, context);
            return {};
          },
        });
        router.service(CheckoutService, {
          startCheckout: (request, context) => {
            note('StartCheckout', request, context);
            context.values.set(httpStatusKey, 202);
            context.responseHeader.set('location', `/api/v1/checkouts/${request.requestId}`);
            return { checkout: { orderId: request.requestId, state: CheckoutState.RUNNING } };
          },
          cancelCheckout: (request, context) => {
            note('CancelCheckout', request, context);
            return { checkout: { orderId: request.orderId, state: CheckoutState.CANCELLED } };
          },
          watchCheckout: async function* (request, context) {
            for (const [index, state] of [CheckoutState.RUNNING, CheckoutState.SUCCEEDED].entries()) {
              await fixture.onWatch(context, index);
              yield { checkout: { orderId: request.orderId, state } };
            }
          },
        });
      },
    },
  };
  return fixture;
}
