import { fromJsonString, type JsonValue } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { violationsIn } from './decoding-error.ts';
import { malformed } from './malformed.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a JSON document. @throws MALFORMED_REQUEST if it is not UTF-8: nothing is repaired */
export function jsonText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw malformed([], 'the body is not in UTF-8', error);
  }
}

/** @throws MALFORMED_REQUEST if the text is not JSON */
export function parseJson(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (error) {
    throw malformed([], 'the body is not valid JSON', error);
  }
}

/**
 * Refuses an object that has a key twice: JSON.parse takes the last one, other readers the first. protobuf-es looks for
 * that only when it reads text, so here it reads the text as a message that ignores all its keys.
 * @throws MALFORMED_REQUEST
 */
export function refuseRepeatedKeys(text: string): void {
  try {
    fromJsonString(EmptySchema, text, { ignoreUnknownFields: true });
  } catch (error) {
    const violations = violationsIn(error instanceof Error ? error.message : '');
    if (violations.length > 0) throw malformed(violations, undefined, error);
  }
}
