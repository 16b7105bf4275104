import type { JsonWebKey } from 'node:crypto';
import { connectJsonDriver } from './drivers/connect-json.ts';
import { CallError, type Driver, type Json } from './drivers/driver.ts';
import { grpcWebDriver } from './drivers/grpc-web.ts';
import { grpcDriver } from './drivers/grpc.ts';
import { restDriver } from './drivers/rest.ts';
import { send } from './http.ts';

const drivers: readonly Driver[] = [restDriver(), connectJsonDriver(), grpcDriver(), grpcWebDriver()];

export async function closeClients(): Promise<void> {
  await Promise.all(drivers.map((driver) => driver.close()));
}

/** The answers that a token gets over each protocol, by the driver's name. */
export async function answersTo(token: string): Promise<Record<string, string>> {
  const answers = drivers.map(async (driver): Promise<[string, string]> => {
    const answer = await driver.call('ecommerce.sso.v1.AuthService/GetMe', {}, token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof CallError ? `${error.code} ${error.reason}` : String(error)),
    );
    return [driver.name, answer];
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** The same refusal as each protocol shows it, by the driver's name. */
export const overEveryProtocol = (reason: string): Record<string, string> => ({
  REST: `401 ${reason}`,
  'Connect JSON': `unauthenticated ${reason}`,
  gRPC: `UNAUTHENTICATED ${reason}`,
  'gRPC-Web': `Unauthenticated ${reason}`,
});

export const accepted = Object.fromEntries(drivers.map(({ name }) => [name, 'accepted']));

/** The header (0) or the claims (1) of a token, not verified. */
export const partOf = (token: string, index: 0 | 1): Json =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Json;

export const kidOf = (token: string): string => (partOf(token, 0) as { kid: string }).kid;

export const keySet = async () =>
  (await send('GET /.well-known/jwks.json')).json as unknown as { keys: (JsonWebKey & { kid: string })[] };
