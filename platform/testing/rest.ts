import { z } from 'zod';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

const problemSchema = z.object({
  status: z.number(),
  reason: z.string(),
  detail: z.string(),
  requestId: z.string(),
  violations: z.array(z.object({ field: z.string(), description: z.string() })),
});

/** One REST call; `body` is sent as JSON unless it is text already. */
export async function rest(
  baseUrl: string,
  call: string,
  options: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<RestAnswer> {
  const [method = 'GET', path = '/'] = call.split(' ', 2);
  const body =
    typeof options.body === 'string' || options.body === undefined ? options.body : JSON.stringify(options.body);
  const response = await fetch(new URL(path, baseUrl), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}

/** `<status> <REASON>` of a problem answer, with the names of the fields it blames. */
export function problemOf(answer: RestAnswer): { readonly is: string; readonly fields: readonly string[] } {
  const problem = problemSchema.parse(answer.json);
  return { is: `${answer.status} ${problem.reason}`, fields: problem.violations.map(({ field }) => field) };
}
