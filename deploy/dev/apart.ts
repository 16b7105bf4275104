/** The platform as a cluster runs it: a gateway, and every role a process of its own, each with a second replica. */
import { addressSetting } from '../../runtime/addresses.ts';
import { roles, rowOf, rpcRoles, servesRpc, type Role, type RpcRole } from '../../runtime/registry.ts';
import { program } from './parts/app.ts';
import { nginx } from './parts/nginx.ts';
import { kafkaThroughProxy, proxies, throughProxies } from './parts/proxies.ts';
import type { Env, Part, PartContext, Topology } from './supervisor/part.ts';
import { infrastructure, migrate } from './topology.ts';

export interface ApartOptions {
  /** Postgres, Redis, Kafka and Temporal are reached through TCP proxies that tests can break. */
  readonly proxied?: boolean;
}

/** A part for each role, behind `gateway`. Their second replicas, `sso-2` and so on, start when asked. */
export function apart(profile: string, { proxied = false }: ApartOptions = {}): Topology {
  const servers = infrastructure(profile, proxied ? { kafkaAlsoThrough: kafkaThroughProxy } : {});
  const replicas = roles.flatMap((role) => [1, 2].map((number) => replica(role, number, proxied)));
  const gateway = nginx({ dependsOn: rpcRoles, variables: gatewayVariables });
  const parts = [...servers.parts, ...(proxied ? [proxies()] : []), migrate(), ...replicas, gateway];
  return { ...servers, parts };
}

function replica(role: Role, number: number, proxied: boolean): Part {
  const { title, needs } = rowOf(role);
  const part = program({
    name: nameOf(role, number),
    title: number === 1 ? title : `${title} (${number})`,
    kind: 'app',
    run: ['runtime/main.ts', role],
    dependsOn: ['migrate', ...needs, ...(proxied ? ['proxies'] : [])],
    ports: [{ name: 'http' }, ...(servesRpc(role) ? [{ name: 'grpc' }] : [])],
    env: (context) => ({ ...peers(context), ...(proxied ? throughProxies(context) : {}) }),
    ...(servesRpc(role) && number === 1 ? { offers: (context) => ({ env: addressOf(role, context), urls: {} }) } : {}),
  });
  return number === 1 ? part : { ...part, startsWhenAsked: true };
}

function nameOf(role: string, number: number): string {
  return number === 1 ? role : `${role}-${number}`;
}

/** For tests that call a service past the gateway. */
function addressOf(role: RpcRole, context: PartContext): Env {
  return { [addressSetting(role)]: `http://127.0.0.1:${context.port(role, 'grpc')}` };
}

/** What a process is told of the others, and of the gateway in front of it. */
function peers(context: PartContext): Env {
  const addresses = rpcRoles.map((role) => [
    addressSetting(role),
    [1, 2].map((number) => `127.0.0.1:${context.port(nameOf(role, number), 'grpc')}`).join(','),
  ]);
  return {
    ...Object.fromEntries(addresses),
    JWKS_URL: `http://127.0.0.1:${context.port('gateway', 'http')}/.well-known/jwks.json`,
    TRUSTED_PROXIES: '1',
    // Longer than the gateway keeps idle connections.
    UNREADY_SECONDS: '3',
  };
}

function gatewayVariables(context: PartContext): Env {
  const replicas = rpcRoles.flatMap((role) =>
    [1, 2].flatMap((number) =>
      ['http', 'grpc'].map((port) => [
        `${role}_${port}_${number}`.toUpperCase(),
        `127.0.0.1:${context.port(nameOf(role, number), port)}`,
      ]),
    ),
  );
  return {
    ...Object.fromEntries(replicas),
    GATEWAY_HTTP: `127.0.0.1:${context.port('gateway', 'http')}`,
    GATEWAY_GRPC: `127.0.0.1:${context.port('gateway', 'grpc')}`,
    // All of a test's customers have one address.
    REQUESTS_PER_SECOND: '5000',
    REQUEST_BURST: '10000',
    CONCURRENT_REQUESTS: '2000',
    DNS_RESOLVER: '127.0.0.1',
    UPSTREAM_OPTIONS: '',
  };
}
