import { randomUUID } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { baseUrl, type Json } from './drivers/driver.ts';

export interface Sent {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  /** The loopback address to call from, for example 127.0.0.2. */
  readonly from?: string | undefined;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body. Empty if the answer is not JSON. */
  readonly json: Json;
  /** Status and reason, for example `401 TOKEN_INVALID`. Only the status if there is no reason. */
  readonly is: string;
}

function bytesOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

/** Sends any HTTP request, also ones that normal clients never send. @param what for example `GET /api/v1/cart` */
export async function send(what: string, { token, headers, body, from }: Sent = {}): Promise<Received> {
  const [method = 'GET', path = '/'] = what.split(' ');
  const bytes = bytesOf(body);
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const call = request(
    new URL(path, baseUrl()),
    {
      method,
      ...(from === undefined ? {} : { localAddress: from, agent: false }),
      headers: {
        ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    },
    (response) => {
      readText(response).then((text) => {
        const json = parse(text);
        const { statusCode: status = 0 } = response;
        const is = typeof json['reason'] === 'string' ? `${status} ${json['reason']}` : String(status);
        resolve({ status, headers: response.headers, text, json, is });
      }, reject);
    },
  );
  call.once('error', reject);
  call.end(bytes);
  return promise;
}

/** A user who has just registered. */
export interface SignedUp {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export async function signUp(): Promise<SignedUp> {
  const email = `security-${randomUUID()}@example.com`;
  const password = `password-${randomUUID()}`;
  const { json } = await send('POST /api/v1/auth/register', { body: { email, password } });
  const { user, tokens } = json as { user: { userId: string }; tokens: { accessToken: string; refreshToken: string } };
  return { userId: user.userId, email, password, ...tokens };
}
