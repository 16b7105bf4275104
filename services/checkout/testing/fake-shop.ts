import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { CartSchema, CartService, type Cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { notFound } from '../../../platform/errors/app-error.ts';
import type { Service } from '../../../platform/service.ts';

/** Fake cart and wallet services: each user's cart and the currency of the wallet. */
export class FakeShop {
  readonly carts = new Map<string, Cart>();
  readonly wallets = new Map<string, string>();
  /** The request headers of the reads of carts. */
  readonly cartReads: Headers[] = [];

  /** Runs once, before the next cart is read. */
  beforeNextGetCart: (() => Promise<void>) | undefined;

  readonly service: Service = {
    role: 'cart',
    checks: {},
    routes: (router) => {
      router.service(CartService, {
        getCart: async (_request, context) => {
          this.cartReads.push(context.requestHeader);
          const before = this.beforeNextGetCart;
          this.beforeNextGetCart = undefined;
          await before?.();
          return { cart: this.carts.get(requireUser(context).userId) ?? create(CartSchema, {}) };
        },
      });
      router.service(WalletService, {
        getWallet: (_request, context) => {
          const currencyCode = this.wallets.get(requireUser(context).userId);
          if (currencyCode === undefined) throw notFound('WALLET_NOT_FOUND', 'there is no wallet');
          return { wallet: { walletId: randomUUID(), currencyCode } };
        },
      });
    },
  };

  /** A user with a USD wallet and one line of `quantity` at 10.00 in the cart. */
  newBuyer(quantity = 2, currencyCode = 'USD'): string {
    const userId = randomUUID();
    const unitPrice = { currencyCode, minorUnits: 1000n };
    const item = { productId: randomUUID(), name: 'Lamp', quantity, unitPrice };
    this.carts.set(userId, create(CartSchema, { items: [item], version: 3n }));
    this.wallets.set(userId, 'USD');
    return userId;
  }
}
