import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { CartService } from '../../../proto/gen/ecommerce/cart/v1/cart_pb.ts';
import { CheckoutService } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { OrderService } from '../../../proto/gen/ecommerce/order/v1/order_pb.ts';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { AuthService } from '../../../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { bindingsOf, type Binding } from './bindings.ts';
import { buildOpenApi } from './build.ts';

export const publicServices: readonly DescService[] = [
  AuthService,
  ProductService,
  WalletService,
  CartService,
  CheckoutService,
  OrderService,
];

export const publicMethods: readonly DescMethod[] = publicServices.flatMap(({ methods }) => methods);
export const publicBindings: readonly Binding[] = publicMethods.flatMap(bindingsOf);

export const document = buildOpenApi({ services: publicServices, title: 'Test', version: '1.0.0' });

/** Validators of the document's schemas, by JSON pointer into it. */
export function createValidators(of: object): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('int32', true).addFormat('int64', true).addFormat('uint32', true).addFormat('uint64', true);
  ajv.addSchema({ $id: 'openapi', ...of });
  return (pointer) => {
    const validate = ajv.getSchema(`openapi${pointer}`);
    if (validate === undefined) throw new Error(`no schema at ${pointer}`);
    return validate;
  };
}
