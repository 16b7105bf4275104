import type { DescMethod, DescMethodUnary } from '@bufbuild/protobuf';
import { AdminService } from '../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { CartService } from '../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

const services = {
  AdminService,
  AuthService,
  ProductService,
  WalletService,
  CartService,
  CheckoutService,
  OrderService,
};
type Services = typeof services;

/** A public RPC by its short name, for example `WalletService/TopUp`. */
export type Method = {
  [Name in keyof Services]: `${Name}/${Capitalize<keyof Services[Name]['method'] & string>}`;
}[keyof Services];

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary';

/** The descriptor of an RPC. @throws Error if the name is not a unary RPC */
export function methodOf(name: Method): DescMethodUnary {
  const [serviceName, methodName] = name.split('/');
  const service = Object.values(services).find((each) => each.name === serviceName);
  const method = service?.methods.filter(isUnary).find((each) => each.name === methodName);
  if (method === undefined) throw new Error(`the public contract has no unary RPC ${name}`);
  return method;
}
