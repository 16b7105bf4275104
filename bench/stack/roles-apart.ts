import { apart } from '../../deploy/dev/apart.ts';
import { readState } from '../../deploy/dev/supervisor/state.ts';
import { roles } from '../../runtime/registry.ts';
import { adminCredentials, setting } from '../../testkit/stack/stack.ts';
import type { Platform } from './platform.ts';
import { poolSizeIn, programEnv, rootsOf, serversOf, startOwnStack, type Settings } from './stacks.ts';

/** Runs every role as a process behind the gateway, as `npm run test:roles` does, with servers of its own. */
export async function startRolesApart(settings: Settings, signal: AbortSignal): Promise<Platform> {
  const stack = await startOwnStack((profile) => apart(profile), 'bench-roles', settings, signal);
  const env = programEnv(stack);
  const parts = readState(setting('ECOMMERCE_STACK_STATE', env))?.parts ?? [];
  const metricsPorts = parts.flatMap(({ name, ports }) => (roles.some((role) => role === name) ? [ports['http']] : []));
  return {
    api: setting('ECOMMERCE_API_URL', env),
    grpc: setting('ECOMMERCE_GRPC_URL', env),
    admin: adminCredentials(env),
    databaseUrl: setting('DATABASE_URL', env),
    poolSize: poolSizeIn({ ...env, ...settings }),
    bcryptCost: Number(setting('SSO_BCRYPT_COST', env)),
    metricsUrls: metricsPorts.map((port) => `http://127.0.0.1:${port}/metrics`),
    ours: () => rootsOf(stack, roles),
    servers: () => new Map([...rootsOf(stack, ['gateway']), ...serversOf(stack)]),
    // The launcher starts a part that has ended again.
    ended: () => undefined,
    stop: () => stack.stop(),
  };
}
