import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { addressSetting } from '../../runtime/addresses.ts';
import { readRuntimeConfig } from '../../runtime/config.ts';
import { defaultPorts } from '../../runtime/ports.ts';
import { databaseOwnerOf, owners, roles, rowOf, rows, rpcRoles, schemaOf } from '../../runtime/registry.ts';
import { parseRoles } from '../../runtime/roles.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const texts = z.record(z.string(), z.coerce.string());
const service = z.looseObject({
  image: z.string(),
  profiles: z.array(z.string()),
  restart: z.string().default('no'),
  user: z.string().default(''),
  command: z.union([z.string(), z.array(z.string())]).default([]),
  environment: texts.default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.unknown().optional(), disable: z.boolean().default(false) }).optional(),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});
const raw = read('docker-compose.yml');
/** docker-compose.yml with each variable replaced by its default. */
const text = raw.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const { services } = z.looseObject({ services: z.record(z.string(), service) }).parse(parse(text, { merge: true }));

const named = (name: string) => {
  const found = services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};
const all = Object.entries(services);
/** Without the container that only the launcher runs. */
const started = all.filter(([, { profiles }]) => !profiles.includes('launcher'));
const isOurs = ({ image }: z.infer<typeof service>) => image.startsWith('ecommerce:');
/** Whether a container has a health check, in docker-compose.yml or, for our image, in the Dockerfile. */
const tellsHealth = (it: z.infer<typeof service>) =>
  it.healthcheck === undefined
    ? isOurs(it) && read('deploy/docker/Dockerfile').includes('\nHEALTHCHECK ')
    : !it.healthcheck.disable;

const prometheus = z.looseObject({
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      dns_sd_configs: z.array(z.looseObject({ names: z.array(z.string()), port: z.number() })),
    }),
  ),
});
const { scrape_configs: jobs } = prometheus.parse(parse(read('deploy/monitoring/prometheus/prometheus.yml')));

describe('Compose', () => {
  test('`docker compose up` starts everything except monitoring', () => {
    expect(/^COMPOSE_PROFILES=(.*)$/m.exec(read('.env'))?.[1]).toBe('all');
    expect(all.filter(([, { profiles }]) => !profiles.includes('all')).map(([name]) => name)).toEqual([
      'temporal-dev',
      'prometheus',
      'grafana',
    ]);
    for (const [name, { profiles }] of all)
      expect(
        profiles.some((profile) => ['infra', 'all', 'monitoring', 'launcher'].includes(profile)),
        name,
      ).toBe(true);
  });

  test.each(started)(
    '%s depends only on containers of its own profiles, and on a state that they can reach',
    (_, { profiles, depends_on }) => {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        const other = named(needed);
        expect(other.profiles, needed).toEqual(expect.arrayContaining(profiles));
        const state = other.restart === 'no' ? 'service_completed_successfully' : 'service_healthy';
        expect(condition, needed).toBe(state);
        expect(state !== 'service_healthy' || tellsHealth(other), `${needed} has no health check`).toBe(true);
      }
    },
  );

  const ending = started.filter(([, { restart }]) => restart === 'no');
  test.each(ending)(
    '%s is a task, so another container of each of its profiles waits for its end, or `up --wait` fails',
    (name, it) => {
      for (const profile of it.profiles) {
        const waiting = started.filter(
          ([, other]) =>
            other.profiles.includes(profile) && other.depends_on[name]?.condition === 'service_completed_successfully',
        );
        expect(waiting, profile).not.toEqual([]);
      }
    },
  );

  test.each(started.filter(([, { restart }]) => restart !== 'no'))('%s restarts, and has a health check', (_, it) => {
    expect(it.restart).toBe('unless-stopped');
    expect(tellsHealth(it)).toBe(true);
  });

  test.each(started.filter(([, it]) => isOurs(it)))('%s has a read-only root and no capabilities', (name, it) => {
    expect([it.read_only, it.cap_drop, it.security_opt]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
    // service-keys starts as root, because it gives a new volume to the image's user.
    expect(it.user).toBe(name === 'service-keys' ? '0:0' : '');
  });

  test('only the gateway can be reached from other machines', () => {
    for (const [name, { ports }] of all.filter(([name]) => name !== 'gateway'))
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    expect(named('gateway').ports).toEqual(['80:8000', '8000:8000', '50051:50051']);
  });

  test('every port of this machine can be changed by a variable, and no two containers that run together share one', () => {
    const written = z.looseObject({ services: z.record(z.string(), service) }).parse(parse(raw, { merge: true }));
    const published = Object.entries(written.services)
      .filter(([, { profiles }]) => !profiles.includes('launcher'))
      .flatMap(([name, { ports }]) => ports.map((port) => ({ name, port })));
    const variables = published.map(({ name, port }) => {
      const variable = /^(?:127\.0\.0\.1:)?\$\{(\w+_PORT):-\d+\}:\d+$/.exec(port)?.[1];
      expect(variable, `${name}: ${port}`).toBeDefined();
      return variable;
    });
    expect(variables.length).toBeGreaterThan(9);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test("the processes and Temporal's Web UI name the port that the Web UI has", () => {
    const [, port = ''] = /(\$\{[^}]+\}):8080/.exec(raw) ?? [];
    expect(raw).toContain(`TEMPORAL_UI_URL: http://localhost:${port}\n`);
    expect(raw).toContain(`TEMPORAL_CORS_ORIGINS: http://localhost:${port}\n`);
  });
});

describe.each(roles)('%s in Compose', (role) => {
  test('is one container with every setting that it needs and the addresses of the other services', () => {
    const { command, environment } = named(role);
    expect(command).toEqual([role]);
    const { ports } = readRuntimeConfig(environment, parseRoles([role]));
    expect(ports).toEqual(defaultPorts([role]));
    for (const host of rpcRoles) expect(environment[addressSetting(host)]).toBe(`${host}:${defaultPorts([host]).grpc}`);
    const { http } = rows.sso.ports;
    expect(environment['JWKS_URL']).toBe(`http://sso:${http}/.well-known/jwks.json`);
  });

  test('waits for the servers that it needs, and signs in to Postgres as the role of its schema', () => {
    const { depends_on, environment } = named(role);
    const { needs, audits } = rowOf(role);
    const owner = databaseOwnerOf(role);
    const wanted = [
      'service-keys',
      ...(owner !== undefined || audits === true ? ['migrate'] : []),
      ...needs.map((server) => (server === 'temporal' ? 'temporal-namespace' : server)),
    ];
    expect(Object.keys(depends_on).sort(), `docker-compose.yml: depends_on of ${role}`).toEqual(wanted.sort());
    const url = environment['DATABASE_URL'];
    expect(url && new URL(url).username, `docker-compose.yml: DATABASE_URL of ${role}`).toBe(owner && schemaOf(owner));
    expect('AUDIT_DATABASE_URL' in environment).toBe(audits === true);
  });

  test('is scraped by Prometheus on its HTTP port', () => {
    const targets = jobs.filter(({ job_name }) => job_name === role).map((job) => job.dns_sd_configs);
    expect(targets, 'deploy/monitoring/prometheus/prometheus.yml').toEqual([
      [expect.objectContaining({ names: [role], port: defaultPorts([role]).http })],
    ]);
  });
});

test('every container and every job of Prometheus is for a role of the registry', () => {
  const ours = all.filter(([, it]) => isOurs(it)).map(([name]) => name);
  expect(ours.sort(), 'docker-compose.yml').toEqual([...roles, 'service-keys', 'migrate'].sort());
  const scraped = jobs.map(({ job_name }) => job_name);
  expect(scraped.sort(), 'deploy/monitoring/prometheus/prometheus.yml').toEqual([...roles, 'temporal'].sort());
});

test('Postgres gets a password for each schema', () => {
  const given = Object.keys(named('postgres').environment).filter((name) => name.endsWith('_PASSWORD'));
  const users = ['postgres', 'migrator', ...owners.map(schemaOf), 'auditor', 'temporal'];
  expect(given.sort(), 'docker-compose.yml: environment of postgres').toEqual(
    users.map((user) => `${user.toUpperCase()}_PASSWORD`).sort(),
  );
});

test('the gateway knows each service by name and port', () => {
  const { environment, depends_on } = named('gateway');
  const replicas = rpcRoles.flatMap((role) => {
    const { http, grpc } = defaultPorts([role]);
    return [1, 2].flatMap((replica) => [
      [`${role.toUpperCase()}_HTTP_${replica}`, `${role}:${http}`],
      [`${role.toUpperCase()}_GRPC_${replica}`, `${role}:${grpc}`],
    ]);
  });
  const told = Object.entries(environment).filter(([name]) => /_(HTTP|GRPC)_\d$/.test(name));
  expect(Object.fromEntries(told), 'docker-compose.yml: environment of gateway').toEqual(Object.fromEntries(replicas));
  expect(depends_on, 'docker-compose.yml: depends_on of gateway').toEqual(
    Object.fromEntries(rpcRoles.map((role) => [role, { condition: 'service_healthy' }])),
  );
});

test('Temporal listens on every address and has a broadcast address, without which it does not start', () => {
  const { environment } = named('temporal');
  expect(environment['TEMPORAL_BIND_IP']).toBeUndefined();
  expect(environment['TEMPORAL_BROADCAST_ADDRESS']).toBe('127.0.0.1');
  expect(read('deploy/k8s/stateful/temporal/03-statefulset.yaml')).toMatch(
    /name: TEMPORAL_BROADCAST_ADDRESS\n\s+valueFrom:\n\s+fieldRef: \{ fieldPath: status.podIP \}/,
  );
});

test('the worker signs in as the auditor', () => {
  expect(named('worker').environment['AUDIT_DATABASE_URL']).toContain('//ecommerce_auditor:');
});
