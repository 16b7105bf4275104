import type { DescFile } from '@bufbuild/protobuf';
import { file_ecommerce_cart_v1_cart } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { file_ecommerce_checkout_v1_checkout } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { file_ecommerce_order_v1_order } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { file_ecommerce_admin_v1_admin } from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { file_ecommerce_products_v1_product } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { file_ecommerce_sso_v1_auth } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { file_ecommerce_wallet_v1_wallet } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

/** Descriptors of all public services. */
export const publicFiles: readonly DescFile[] = [
  file_ecommerce_sso_v1_auth,
  file_ecommerce_products_v1_product,
  file_ecommerce_wallet_v1_wallet,
  file_ecommerce_cart_v1_cart,
  file_ecommerce_checkout_v1_checkout,
  file_ecommerce_order_v1_order,
  file_ecommerce_admin_v1_admin,
];
