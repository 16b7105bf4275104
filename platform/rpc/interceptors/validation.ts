import type { DescMessage, Message } from '@bufbuild/protobuf';
import { createValidator, type Violation } from '@bufbuild/protovalidate';
import { ConnectError, type StreamRequest } from '@connectrpc/connect';
import { AppError, type FieldViolation } from '../../errors/app-error.ts';
import { readingError } from '../server/protocol-errors.ts';
import { idSpeller, type SpellIds } from './one-spelling.ts';
import { fieldsOf } from './rule-fields.ts';
import { ruleWords } from './rule-words.ts';
import { findBadText } from './text.ts';

/** Refuses a message that breaks a rule, and gives its ids one spelling. @throws VALIDATION_FAILED */
export type Check = (schema: DescMessage, message: Message) => void;

function refuse(violations: readonly FieldViolation[]): AppError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return new AppError('invalid_argument', 'VALIDATION_FAILED', message, { violations });
}

/** Over REST a request id is a header, whose name a client does not see in the field. */
function wordsOf(field: string, violation: Pick<Violation, 'message' | 'ruleId'>): string {
  const { ruleId } = violation;
  const message = ruleWords(violation);
  if (field !== 'request_id' || ruleId !== 'string.uuid_empty') return message;
  return `${message}; send a UUID, over REST in the header Idempotency-Key`;
}

/**
 * Checks requests before any handler runs: the contract's protovalidate rules, and that Postgres can store the text. The
 * ids of a request that passes are in small letters, so that whoever compares them as text does not miss one.
 */
export function createCheck(): Check {
  const validator = createValidator();
  const spellers = new Map<DescMessage, SpellIds | undefined>();
  const spellIds = (schema: DescMessage, message: Message): void => {
    if (!spellers.has(schema)) spellers.set(schema, idSpeller(schema));
    spellers.get(schema)?.(message);
  };
  return (schema, message) => {
    const badText = findBadText(schema, message);
    if (badText !== undefined) throw refuse([badText]);
    const result = validator.validate(schema, message);
    if (result.kind === 'error') throw result.error;
    if (result.kind === 'invalid') {
      throw refuse(
        result.violations.flatMap((violation) =>
          fieldsOf(schema, violation).map((field) => ({ field, description: wordsOf(field, violation) })),
        ),
      );
    }
    spellIds(schema, message);
  };
}

/** Messages of a stream are read while the call runs. One that cannot be read is the caller's mistake. */
async function* read(messages: StreamRequest['message']): StreamRequest['message'] {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof ConnectError ? readingError(error) : error;
  }
}

/** The messages of a stream, each checked when it is read. */
export async function* checkedStream(check: Check, schema: DescMessage, messages: StreamRequest['message']) {
  for await (const message of read(messages)) {
    check(schema, message);
    yield message;
  }
}
