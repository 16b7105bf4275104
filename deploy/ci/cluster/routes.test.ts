import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bindingsOf } from '../../../proto/openapi/bindings.ts';
import { hostOf, publicServices, rows, rpcRoles } from '../../../runtime/registry.ts';
import { cannotRender, renderedObjects } from './rendered.ts';

const ingress = z.looseObject({
  rules: z.array(
    z.looseObject({
      host: z.string(),
      http: z.looseObject({
        paths: z.array(
          z.looseObject({
            path: z.string(),
            pathType: z.enum(['Prefix', 'Exact', 'ImplementationSpecific']),
            backend: z.looseObject({
              service: z.looseObject({ name: z.string(), port: z.looseObject({ name: z.string() }) }),
            }),
          }),
        ),
      }),
    }),
  ),
});
type Path = z.infer<typeof ingress>['rules'][number]['http']['paths'][number];

let rules: readonly { readonly host: string; readonly paths: readonly Path[] }[];
/**
 * The backend of a path, by the rules of Kubernetes: an exact path before a prefix, the longest path first, and a
 * prefix matches whole segments. `ImplementationSpecific` in ingress-nginx matches every path that begins with the
 * text.
 */
function backendOf(host: string, path: string): string | undefined {
  const fits = ({ path: wanted, pathType }: Path) =>
    path === wanted ||
    (pathType === 'ImplementationSpecific' && path.startsWith(wanted)) ||
    (pathType === 'Prefix' && path.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`));
  const rank = ({ path: wanted, pathType }: Path) => (pathType === 'Exact' ? 10_000 : 0) + wanted.length;
  const [best] = rules
    .filter((rule) => rule.host === `${host}.your-domain.com`)
    .flatMap(({ paths }) => paths.filter(fits))
    .sort((one, other) => rank(other) - rank(one));
  return best && `${best.backend.service.name}:${best.backend.service.port.name}`;
}

describe.skipIf(cannotRender)('the ingress', () => {
  beforeAll(() => {
    const objects = renderedObjects('overlays/production');
    rules = objects
      .filter(({ kind }) => kind === 'Ingress')
      .flatMap(({ spec }) => ingress.parse(spec).rules.map(({ host, http }) => ({ host, paths: http.paths })));
  });

  test.each(publicServices.flatMap(({ methods }) => methods))(
    '$parent.typeName/$name leads to its service',
    (method) => {
      const role = hostOf(method.parent);
      const { name } = rows[role];
      const rpc = `/${method.parent.typeName}/${method.name}`;
      expect(backendOf('api', rpc)).toBe(`${name}:http`);
      expect(backendOf('grpc', rpc)).toBe(`${name}:grpc`);
      for (const { path } of bindingsOf(method)) {
        const concrete = path.replaceAll(/\{[^}]+\}/g, '0b0e7a0e-0000-4000-8000-000000000000');
        expect(backendOf('api', concrete), concrete).toBe(`${name}:http`);
        expect(backendOf(role, concrete), concrete).toBe(`${name}:http`);
      }
    },
  );

  test.each(['v1', 'v1alpha'])('server reflection %s leads to a gRPC port, and is on no HTTP host', (version) => {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    expect(rpcRoles.map((role) => `${rows[role].name}:grpc`)).toContain(backendOf('grpc', path));
    for (const host of ['api', ...rpcRoles]) expect(backendOf(host, path)).toBeUndefined();
  });

  const inside = [
    '/metrics',
    '/ready',
    '/ecommerce.wallet.internal.v1.FundsService/Capture',
    '/index.html',
    '/api',
    '/api/v1',
    '/debug',
  ];

  test.each(inside)('%s cannot be reached from outside', (path) => {
    const hosts = [...new Set(rules.map(({ host }) => host.split('.')[0] ?? ''))];
    expect(hosts.sort()).toEqual(['api', 'grpc', ...rpcRoles].sort());
    for (const host of hosts) expect(backendOf(host, path)).toBeUndefined();
  });

  test('ingress-nginx accepts every path (strict-validate-path-type)', () => {
    const paths = rules.flatMap((rule) => rule.paths).filter(({ pathType }) => pathType !== 'ImplementationSpecific');
    expect(paths.length).toBeGreaterThan(30);
    for (const { path } of paths) expect(path).toMatch(/^\/[A-Za-z0-9._/-]*$/);
  });

  test('each service has /health on its own host, and api serves the key set, the OpenAPI document and the docs', () => {
    for (const role of rpcRoles) expect(backendOf(role, '/health')).toBe(`${rows[role].name}:http`);
    expect(backendOf('api', '/.well-known/jwks.json')).toBe(`${rows.sso.name}:http`);
    expect(backendOf('api', '/openapi.json')).toBe(`${rows.products.name}:http`);
    for (const path of [
      '/docs',
      '/docs/',
      '/docs/swagger-ui.css',
      '/favicon.ico',
      '/favicon.svg',
      '/',
      '/front/style.css',
    ])
      expect(backendOf('api', path), path).toBe(`${rows.products.name}:http`);
  });
});
