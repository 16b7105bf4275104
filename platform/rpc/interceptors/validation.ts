import type { DescMessage, Message } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator, type Validator } from '@bufbuild/protovalidate';
import { ConnectError, type Interceptor, type StreamRequest } from '@connectrpc/connect';
import { AppError, type FieldViolation } from '../../errors/app-error.ts';
import { readingError } from '../server/protocol-errors.ts';
import { findBadText } from './text.ts';

function refuse(violations: readonly FieldViolation[]): AppError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return new AppError('invalid_argument', 'VALIDATION_FAILED', message, { violations });
}

function check(validator: Validator, schema: DescMessage, message: Message): void {
  const badText = findBadText(schema, message);
  if (badText !== undefined) throw refuse([badText]);
  const result = validator.validate(schema, message);
  if (result.kind === 'error') throw result.error;
  if (result.kind === 'invalid') {
    throw refuse(result.violations.map(({ field, message }) => ({ field: pathToString(field), description: message })));
  }
}

/** Messages of a stream are read while the call runs. One that cannot be read is the caller's mistake. */
async function* read(messages: StreamRequest['message']): StreamRequest['message'] {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof ConnectError ? readingError(error) : error;
  }
}

async function* checked(validator: Validator, schema: DescMessage, messages: StreamRequest['message']) {
  for await (const message of read(messages)) {
    check(validator, schema, message);
    yield message;
  }
}

/**
 * Checks requests before any handler runs: the contract's protovalidate rules, and that Postgres can store the text.
 */
export function validationInterceptor(): Interceptor {
  const validator = createValidator();
  return (next) => async (request) => {
    if (request.stream) {
      return next({ ...request, message: checked(validator, request.method.input, request.message) });
    }
    check(validator, request.method.input, request.message);
    return next(request);
  };
}
