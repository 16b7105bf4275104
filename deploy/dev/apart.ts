/**
 * The topology of a cluster: a gateway, and two processes for each role, of which the second starts only when asked.
 */
import { addressSetting } from '../../runtime/addresses.ts';
import { roles, rowOf, rpcRoles, servesRpc, type Role, type RpcRole } from '../../runtime/registry.ts';
import { program } from './parts/app.ts';
import { nginx } from './parts/nginx.ts';
import { kafkaThroughProxy, proxies, throughProxies } from './parts/proxies.ts';
import type { Env, Part, PartContext, Topology } from './supervisor/part.ts';
import { infrastructure, migrate } from './topology.ts';

export interface ApartOptions {
  /** Puts TCP proxies in front of Postgres, Redis, Kafka and Temporal, which fault tests can cut or delay. */
  readonly proxied?: boolean;
}

/** A part for each role, behind the part `gateway`. The second replicas (`sso-2` and so on) start when asked. */
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
    env: (context) => ({ ...addresses(context), ...(proxied ? throughProxies(context) : {}) }),
    ...(servesRpc(role) && number === 1 ? { offers: (context) => ({ env: addressOf(role, context), urls: {} }) } : {}),
  });
  return number === 1 ? part : { ...part, startsWhenAsked: true };
}

function nameOf(role: string, number: number): string {
  return number === 1 ? role : `${role}-${number}`;
}

/** The address of a service itself, for tests that call it without the gateway. */
function addressOf(role: RpcRole, context: PartContext): Env {
  return { [addressSetting(role)]: `http://127.0.0.1:${context.port(role, 'grpc')}` };
}

/** The settings with which a process finds the other services and the gateway. */
function addresses(context: PartContext): Env {
  const services = rpcRoles.map((role) => [
    addressSetting(role),
    [1, 2].map((number) => `127.0.0.1:${context.port(nameOf(role, number), 'grpc')}`).join(','),
  ]);
  return {
    ...Object.fromEntries(services),
    JWKS_URL: `http://127.0.0.1:${context.port('gateway', 'http')}/.well-known/jwks.json`,
    TRUSTED_PROXIES: '1',
    // Longer than the 2 s for which the gateway keeps idle connections.
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
    // All customers of a test or a benchmark have the same address, so its limits are higher than what one machine serves.
    REQUESTS_PER_SECOND: '50000',
    REQUEST_BURST: '50000',
    CONCURRENT_REQUESTS: '2000',
    DNS_RESOLVER: '127.0.0.1',
    UPSTREAM_OPTIONS: '',
  };
}
