import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { withoutEmpty } from '../../../platform/config/errors.ts';
import { readProcessConfig } from '../../../platform/config/process-config.ts';
import { roles, rpcRoles } from '../../../runtime/registry.ts';
import { planShutdown } from '../../../runtime/shutdown.ts';
import { podTemplateOf } from './objects.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
type Env = Readonly<Record<string, string>>;

/** The text with each of Compose's variables replaced by its default. */
const withDefaults = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

/** How a process with these settings stops, in seconds. */
function stopOf(env: Env) {
  const { shutdown, limits } = readProcessConfig({ ...withoutEmpty(env), APP_ENV: 'development' });
  const plan = planShutdown({ ...shutdown, workerGraceSeconds: 8, servesRpc: true });
  return { wished: shutdown.unreadySeconds, unready: plan.unreadyMs / 1000, total: plan.totalMs / 1000, limits };
}

/** How long the gateway keeps idle connections to the services, in seconds. */
const idleSeconds = [
  ...read('deploy/nginx/templates/gateway.conf.template').matchAll(/^ {4}keepalive_timeout (\d+)s;/gm),
].map(([, seconds]) => Number(seconds));

test('the gateway closes idle connections before a stopping service does, in Compose and under the launcher', () => {
  // Each service has two: one to its HTTP port and one to its gRPC port.
  expect(idleSeconds).toHaveLength(2 * rpcRoles.length);
  const compose = z
    .looseObject({
      'x-settings': z.record(z.string(), z.string()),
      'x-platform': z.looseObject({ stop_grace_period: z.string() }),
    })
    .parse(parse(withDefaults(read('docker-compose.yml')), { merge: true }));
  const stop = stopOf(compose['x-settings']);
  expect(stop.unready).toBeGreaterThan(Math.max(...idleSeconds));
  expect(Number.parseFloat(compose['x-platform'].stop_grace_period)).toBeGreaterThan(stop.total);
  const launched = /UNREADY_SECONDS: '(\d+)'/.exec(read('deploy/dev/apart.ts'))?.[1];
  expect(Number(launched)).toBeGreaterThan(Math.max(...idleSeconds));
});

describe.skipIf(cannotRender).each(['production', 'dev'])('in Kubernetes, overlay %s', (overlay) => {
  test('every role ends before the kubelet kills it, and is unready for a while before its listeners close', () => {
    const objects = renderedObjects(`overlays/${overlay}`);
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(roles.length);
    for (const deployment of deployments) {
      const { name } = deployment.metadata;
      const spec = podTemplateOf(deployment)?.spec;
      const [container] = spec?.containers ?? [];
      const config = container?.envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? [])[0];
      const stop = stopOf(objects.find(({ metadata }) => metadata.name === config)?.data ?? {});
      const pause = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
      // During the pause, endpoints and ingress remove the pod, so no new calls arrive.
      expect(pause, name).toBeGreaterThanOrEqual(5);
      expect(spec?.terminationGracePeriodSeconds ?? 0, name).toBeGreaterThan(pause + stop.total);
      expect(stop.unready, name).toBeGreaterThan(Math.max(...idleSeconds));
      expect(stop.unready, `${name}: cut short by SHUTDOWN_SECONDS`).toBe(stop.wished);
      expect(stop.limits.maxConnectionAgeSeconds, name).toBeGreaterThan(0);
    }
  });
});
