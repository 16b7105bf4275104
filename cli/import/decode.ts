import type { Readable } from 'node:stream';

// As many bytes as the longest byte order mark has.
const headBytes = 4;

/**
 * The text of a file in UTF-8 or UTF-16, without its byte order mark. Excel saves "Unicode text" as UTF-16. U+FFFD stands
 * in the place of bytes that are not text.
 * @throws Error for UTF-32
 */
export async function* textOf(input: Readable): AsyncGenerator<string> {
  let head = Buffer.alloc(0);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of input as AsyncIterable<Uint8Array>) {
    if (decoder !== undefined) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < headBytes) continue;
    decoder = new TextDecoder(encodingOf(head));
    yield decoder.decode(head, { stream: true });
  }
  yield decoder === undefined ? new TextDecoder(encodingOf(head)).decode(head) : decoder.decode();
}

/** By the byte order mark; without one by the zeros of the first letters, because no UTF-8 file has such. */
function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const head = bytes.subarray(0, headBytes);
  const [first, second, third, fourth] = head;
  if (head.equals(Buffer.from([0xff, 0xfe, 0, 0])) || head.equals(Buffer.from([0, 0, 0xfe, 0xff]))) {
    throw new Error('The file is in UTF-32, which is not read: save it as UTF-8');
  }
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && fourth === 0 && first !== 0 && third !== 0) return 'utf-16le';
  return first === 0 && third === 0 && second !== 0 && fourth !== 0 ? 'utf-16be' : 'utf-8';
}
