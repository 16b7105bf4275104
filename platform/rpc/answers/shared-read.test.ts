import { expect, test } from 'vitest';
import { ProductService } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { sharedRead, sharedReadsOf } from './shared-read.ts';

const none = () => () => undefined;
const service = { role: 'products', checks: {} };

test.each([
  ['of a user', sharedRead(WalletService.method.getWallet, none)],
  ['by an administrator', sharedRead(ProductService.method.adjustStock, none)],
])('a call %s cannot be shared', (_, read) => {
  expect(() => sharedReadsOf([{ ...service, sharedReads: [read] }])).toThrow('cannot be a shared read');
});

test('a read for anyone can be shared', () => {
  const read = sharedRead(ProductService.method.listCategories, none);
  expect(sharedReadsOf([{ ...service, sharedReads: [read] }, service]).get(read.method)).toBe(read);
});
