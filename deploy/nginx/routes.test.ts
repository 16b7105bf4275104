/** Compares the paths in the gateway's configuration with the routes of the services in runtime/registry.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bindingsOf } from '../../proto/openapi/bindings.ts';
import { plainPaths } from '../../proto/openapi/plain-paths.ts';
import { hostOf, publicServices, roles, rowOf, rpcRoles } from '../../runtime/registry.ts';

const file = 'templates/gateway.conf.template';
const template = readFileSync(join(import.meta.dirname, file), 'utf8');

/** Reads a `map $uri $<name>` of the configuration as a function. As in nginx, the first matching pattern decides. */
function mapOf(name: string): (path: string) => string {
  const [, body = ''] = new RegExp(`^map \\$uri \\$${name} \\{\\n([^]*?)^\\}`, 'm').exec(template) ?? [];
  const lines = [...body.matchAll(/^ +"?~(\S+?)"? +(\S+);$/gm)].map(([, pattern = '', value = '']) => ({
    pattern: new RegExp(pattern),
    value,
  }));
  if (lines.length === 0) throw new Error(`${file} has no map $${name}`);
  return (path) => {
    for (const { pattern, value } of lines) {
      const groups = pattern.exec(path)?.groups;
      if (pattern.test(path)) return value.startsWith('$') ? (groups?.[value.slice(1)] ?? '') : value;
    }
    return '';
  };
}

const serviceOf = mapOf('service');
const methods = publicServices.flatMap((service) => service.methods);
const where = `deploy/nginx/${file}`;

describe.each(methods)('$parent.typeName/$name', (method) => {
  const role = hostOf(method.parent);
  const rpc = `/${method.parent.typeName}/${method.name}`;

  test('each of its paths leads to its service', () => {
    expect(serviceOf(rpc), `${where}: map $service`).toBe(role);
    for (const { path } of bindingsOf(method)) {
      const concrete = path.replaceAll(/\{[^}]+\}/g, '0b0e7a0e-0000-4000-8000-000000000000');
      expect(serviceOf(concrete), `${where}: map $service, ${concrete}`).toBe(role);
    }
  });

  test('the access log names its path', () => {
    const logged = mapOf('logged_path');
    expect(logged(rpc)).toBe(rpc);
    for (const { path } of bindingsOf(method))
      expect(path, `${where}: map $logged_path`).toMatch(new RegExp(`^${logged(path)}\\b`));
    for (const { path } of bindingsOf(method)) expect(logged(path), path).not.toBe('');
  });

  test('has a long timeout if it is a server stream', () => {
    const lasting = /location ~ "(\S+\/Watch)" \{/.exec(template)?.[1] ?? '';
    expect(new RegExp(lasting).test(rpc), `${where}: location of streams`).toBe(
      method.methodKind === 'server_streaming',
    );
  });
});

test('no path leads to an internal service', () => {
  for (const role of roles)
    for (const { typeName, methods: inner } of rowOf(role).hosts.internal)
      for (const { name } of inner) expect(serviceOf(`/${typeName}/${name}`)).toBe('');
});

test('health and both versions of reflection lead to any service, on the gRPC port only', () => {
  const grpcServiceOf = mapOf('grpc_service');
  const reflection = ['v1', 'v1alpha'].map((version) => `grpc.reflection.${version}.ServerReflection`);
  for (const path of ['/grpc.health.v1.Health/Check', ...reflection.map((name) => `/${name}/ServerReflectionInfo`)]) {
    expect(rpcRoles, `${where}: map $grpc_service, ${path}`).toContain(grpcServiceOf(path));
    expect(serviceOf(path), path).toBe('');
  }
  expect(grpcServiceOf('/grpc.reflection.v2.ServerReflection/ServerReflectionInfo')).toBe('');
});

test('the key set leads to sso, the OpenAPI document and docs to any service, and other plain paths nowhere', () => {
  expect(serviceOf('/.well-known/jwks.json')).toBe('sso');
  for (const path of [
    '/openapi.json',
    '/docs',
    '/docs/',
    '/docs/swagger-ui.css',
    '/favicon.ico',
    '/favicon.svg',
    '/',
    '/front/style.css',
  ])
    expect(rpcRoles, path).toContain(serviceOf(path));
  for (const path of Object.keys(plainPaths).filter((each) => !each.startsWith('/.well-known')))
    expect(serviceOf(path), path).toBe('');
});

test('each upstream has both replicas of its service', () => {
  const upstreams = [...template.matchAll(/^upstream (\w+) \{([^]*?)^\}/gm)].map(([, name = '', body = '']) => [
    name,
    [...body.matchAll(/server \$\{(\w+)\}/g)].map(([, variable]) => variable),
  ]);
  expect(Object.fromEntries(upstreams), `${where}: upstream`).toEqual(
    Object.fromEntries(
      ['http', 'grpc'].flatMap((port) =>
        rpcRoles.map((role) => [
          `${port}_${role}`,
          [1, 2].map((replica) => `${role}_${port}_${replica}`.toUpperCase()),
        ]),
      ),
    ),
  );
});
