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
  // A reader that goes away early, because the client cancelled, is not a failure of the stream.
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
 * Runs a call and reports its end once. A stream ends after its last message, not after its headers.
 * @param mapError maps a thrown error to the one that callers get
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
