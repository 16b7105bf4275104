import { randomUUID } from 'node:crypto';

/** How the API calls what the service keeps. */
interface Words {
  readonly thing: string;
  readonly things: string;
}
type Json = Readonly<Record<string, unknown>>;

/** A new customer makes a thing twice with one key, reads it and lists it; a stranger does not see it. */
export async function tryApi(api: string, { thing, things }: Words): Promise<string> {
  const signUp = async () => {
    const account = { email: `${randomUUID()}@example.com`, password: randomUUID() };
    const { json } = await call(api, 'auth/register', { body: account });
    return (json['tokens'] as { readonly accessToken: string }).accessToken;
  };
  const [token, stranger] = [await signUp(), await signUp()];
  const body = { requestId: randomUUID(), text: 'hello' };
  const first = await call(api, things, { token, body });
  const again = await call(api, things, { token, body });
  const made = first.json[thing] as Json | undefined;
  const path = `${things}/${String(made?.[`${thing}Id`])}`;
  const own = await call(api, path, { token });
  const others = await call(api, path, { token: stranger });
  const list = await call(api, things, { token });
  const outcome = [first.json, again.json, own.json, list.json, [others.status, others.json['reason']]];
  const wanted = [
    ...[1, 2, 3].map(() => ({ [thing]: made })),
    { [things]: [made], nextPageToken: '' },
    [404, `${thing.toUpperCase()}_NOT_FOUND`],
  ];
  const same = made?.['text'] === 'hello' && JSON.stringify(outcome) === JSON.stringify(wanted);
  return same ? '' : `${JSON.stringify(outcome)}, not ${JSON.stringify(wanted)}`;
}

async function call(api: string, path: string, { token, body }: { token?: string; body?: Json }) {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${api}/api/v1/${path}`, { headers, ...init });
  return { status: answer.status, json: (await answer.json()) as Json };
}
