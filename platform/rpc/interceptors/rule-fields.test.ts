import { getOption, type DescMessage } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { message as messageRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ListProductsRequestSchema } from '../../../proto/gen/ecommerce/products/v1/product_pb.ts';
import { contractServices } from '../../../proto/testing/services.ts';
import { fieldsOf } from './rule-fields.ts';

const inputs = contractServices.flatMap(({ methods }) => methods.map(({ input }) => input));
const ruled = inputs.flatMap((schema) => getOption(schema, messageRules).cel.map(({ id }) => ({ schema, id })));

/** Whether the message has a field at the path. */
function hasField(schema: DescMessage | undefined, path: string): boolean {
  const [name, ...rest] = path.split('.');
  const field = schema?.fields.find((each) => each.name === name);
  return field !== undefined && (rest.length === 0 || hasField(field.message, rest.join('.')));
}

const violation = (ruleId: string) => ({ field: [], ruleId, message: '', rule: [], forKey: false, toString: () => '' });

describe('a rule of a whole message', () => {
  test.each(ruled)('names fields: $id', ({ schema, id }) => {
    const fields = fieldsOf(schema, violation(id));
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) expect(hasField(schema, field), field).toBe(true);
  });

  test('is broken by a message, and the violation has the field', () => {
    const message = create(ListProductsRequestSchema, { minPrice: { currencyCode: 'usd', minorUnits: 1n } });
    const { violations = [] } = createValidator().validate(ListProductsRequestSchema, message);
    expect(violations.map((each) => fieldsOf(ListProductsRequestSchema, each))).toEqual([['min_price.currency_code']]);
  });
});
