import { ConfigError } from '../platform/config/errors.ts';
import { brokers } from '../platform/config/schemas.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/**
 * The first of these settings that is not empty: an address over HTTP. `host:port` becomes one.
 * @throws ConfigError that names the setting
 */
function httpSetting(env: Env, names: readonly string[], otherwise: string): string {
  const name = names.find((each) => (env[each] ?? '') !== '');
  const value = name === undefined ? otherwise : (env[name] ?? '');
  const address = /^[^\s/:@]+:\d+$/.test(value) ? `http://${value}` : value;
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return address;
  throw new ConfigError([`${name}: must be http://host:port`]);
}

/** An address as it may be shown: without the user and the password that it may have. */
export function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/?#\s]*@/, '//');
}

/** The public API. @throws ConfigError */
export const apiAddress = (env: Env): string => httpSetting(env, ['ECOMMERCE_API_URL'], 'http://127.0.0.1:8000');

/** The order service itself over gRPC, because a gateway does not route internal RPCs. @throws ConfigError */
export const orderAddress = (env: Env): string =>
  httpSetting(env, ['ORDER_ADDRESS', 'ECOMMERCE_GRPC_URL'], 'http://127.0.0.1:50051');

/** The brokers of Kafka; undefined if the shop does without it. @throws ConfigError */
export function kafkaBrokers(env: Env): string[] | undefined {
  const value = env['KAFKA_BROKERS'] ?? '';
  if (value === '') return undefined;
  const { data, error } = brokers.safeParse(value);
  if (data !== undefined) return data;
  throw new ConfigError(error.issues.map(({ message }) => `KAFKA_BROKERS: ${message}`));
}

export function temporalAddress(env: Env): { readonly address: string; readonly namespace: string } {
  return { address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233', namespace: env['TEMPORAL_NAMESPACE'] ?? 'default' };
}
