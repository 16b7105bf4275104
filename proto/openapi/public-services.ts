import type { DescService } from '@bufbuild/protobuf';
import { CartService } from '../gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../gen/ecommerce/order/v1/order_pb.ts';
import { AdminService } from '../gen/ecommerce/admin/v1/admin_pb.ts';
import { ProductService } from '../gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../gen/ecommerce/wallet/v1/wallet_pb.ts';

/** Every service of the public contract, in the order in which it is documented. */
export const publicServices: readonly DescService[] = [
  AuthService,
  ProductService,
  WalletService,
  CartService,
  OrderService,
  AdminService,
  CheckoutService,
];
