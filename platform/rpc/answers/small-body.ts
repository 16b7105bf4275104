/** A body that was read, and the same body to be read again. */
export interface SmallBody {
  /** All of it; undefined if it is longer than the limit, or broke off. */
  readonly bytes: Buffer | undefined;
  readonly replay: AsyncIterable<Uint8Array>;
}

/** Reads a body up to a limit. `replay` yields what was read, then the rest, then the error if there was one. */
export async function readSmall(body: AsyncIterable<Uint8Array>, limit: number): Promise<SmallBody> {
  const rest = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let bytes: Buffer | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    while (size <= limit && bytes === undefined) {
      const step = await rest.next();
      if (step.done === true) bytes = Buffer.concat(chunks);
      else {
        chunks.push(step.value);
        size += step.value.byteLength;
      }
    }
  } catch (error) {
    failure = { error };
  }
  async function* replay(): AsyncGenerator<Uint8Array> {
    yield* chunks;
    if (failure !== undefined) throw failure.error;
    if (bytes === undefined) yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { bytes, replay: replay() };
}
