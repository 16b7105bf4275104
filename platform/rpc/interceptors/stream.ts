import type { StreamResponse, UnaryResponse } from '@connectrpc/connect';

/** How a call ended; `error` is what was thrown. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

type Message = StreamResponse['message'];
type Element = Message extends AsyncIterable<infer T> ? T : never;

async function* observed(
  message: Message,
  onEnd: (outcome: Outcome) => void,
  mapError: (error: unknown) => unknown,
): AsyncGenerator<Element> {
  // A reader that goes away early (the client cancelled) is no failure of the stream.
  let outcome: Outcome = { ok: true };
  try {
    yield* message;
  } catch (error) {
    outcome = { ok: false, error };
    throw mapError(error);
  } finally {
    onEnd(outcome);
  }
}

/**
 * Runs a call and reports its end once: for a stream, the end of the last message, not of the headers.
 * @param mapError turns what was thrown into what callers get.
 */
export async function observe(
  run: () => Promise<UnaryResponse | StreamResponse>,
  onEnd: (outcome: Outcome) => void,
  mapError: (error: unknown) => unknown = (error) => error,
): Promise<UnaryResponse | StreamResponse> {
  let response: UnaryResponse | StreamResponse;
  try {
    response = await run();
  } catch (error) {
    onEnd({ ok: false, error });
    throw mapError(error);
  }
  if (response.stream) return { ...response, message: observed(response.message, onEnd, mapError) };
  onEnd({ ok: true });
  return response;
}
