import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../proto/gen/google/rpc/error_details_pb.ts';
import { errorDomain } from '../proto/reasons.ts';
import { textOf } from './failure.ts';

const refused = (reason: string, ...fields: { field: string; description: string }[]) =>
  new ConnectError('it is refused', Code.FailedPrecondition, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: errorDomain }) },
    ...(fields.length === 0
      ? []
      : [{ desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations: fields }) }]),
  ]);

test('a refusal is told with its reason', () => {
  expect(textOf(refused('INSUFFICIENT_FUNDS'))).toBe('it is refused (INSUFFICIENT_FUNDS)');
});

test('wrong fields are named', () => {
  const error = refused('VALIDATION_FAILED', { field: 'reason', description: 'is too short' });
  expect(textOf(error)).toBe('reason: is too short (VALIDATION_FAILED)');
});

test('another error is told as it is', () => {
  expect(textOf(new Error('no such file'))).toBe('no such file');
  expect(textOf('stopped')).toBe('stopped');
});
