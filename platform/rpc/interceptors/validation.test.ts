import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { StartCheckoutRequestSchema } from '../../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import { createCheck } from './validation.ts';

test('a missing request id names the header that REST has for it; a wrong one is told as it is', () => {
  const check = createCheck();
  const described = (requestId: string) => () =>
    check(StartCheckoutRequestSchema, create(StartCheckoutRequestSchema, { requestId }));
  expect(described('')).toThrow(/^request_id: value is empty.*; send a UUID, over REST in the header Idempotency-Key$/);
  expect(described('nonsense')).toThrow(/^request_id: (?!.*Idempotency-Key)/);
});
