import { getOption } from '@bufbuild/protobuf';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bookNames } from '../audit/book.ts';
import { bookOwners } from '../audit/config.ts';
import { readProcessConfig } from '../platform/config/process-config.ts';
import { staffRoleOf } from '../platform/rpc/server/staff-routes.ts';
import { callers } from '../proto/gen/ecommerce/options/v1/access_pb.ts';
import { AuthService } from '../proto/gen/ecommerce/sso/v1/auth_pb.ts';
import { UserDirectoryService } from '../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { publicServices as documented } from '../proto/openapi/public-services.ts';
import { contractServices, isInternalPackage } from '../proto/testing/services.ts';
import {
  databaseOwnerOf,
  healthName,
  hostOf,
  isInternal,
  keyHolders,
  owners,
  publicServices,
  roles,
  rowOf,
  rows,
  rpcRoles,
  schemaOf,
  servesRpc,
  signers,
  tools,
  type Role,
} from './registry.ts';

const root = join(import.meta.dirname, '..');
const there = (...path: readonly string[]) => existsSync(join(root, ...path));
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');
const hostedBy = (role: Role) => [...rowOf(role).hosts.public, ...rowOf(role).hosts.internal];
const repeated = (values: readonly unknown[]) => values.filter((value, index) => values.indexOf(value) !== index);

describe('the contract', () => {
  test.each(contractServices)('$typeName is hosted by exactly one role', (service) => {
    const hosts = roles.filter((role) => hostedBy(role).includes(service));
    expect(hosts, 'runtime/registry.ts: name it under `hosts` of one row').toHaveLength(1);
    const listed = rowOf(hostOf(service)).hosts.internal.includes(service) ? 'internal' : 'public';
    expect(listed, 'a package `.internal.` goes to `hosts.internal`, any other to `hosts.public`').toBe(
      isInternalPackage(service) ? 'internal' : 'public',
    );
  });

  test('a role has a gRPC port if it hosts RPCs', () => {
    for (const role of roles) expect(servesRpc(role), role).toBe(hostedBy(role).length > 0);
  });

  test.each(contractServices.filter(isInternalPackage))(
    '$typeName allows exactly the callers of the registry',
    (service) => {
      const named = new Set(service.methods.flatMap((method) => getOption(method, callers)));
      const calling = Object.entries({ ...rows, ...tools })
        .filter(([, { calls }]) => calls.some((called: typeof service) => called === service))
        .map(([name]) => name);
      expect(calling.sort(), 'runtime/registry.ts: `calls`; or the option `callers` in its .proto').toEqual(
        [...named].sort(),
      );
    },
  );

  test('who serves calls of staff may ask sso for the roles that a person has now', () => {
    const answering = new Set([AuthService.typeName, UserDirectoryService.typeName]);
    const forStaff = roles.filter((role) => rowOf(role).hosts.public.some(({ methods }) => methods.some(staffRoleOf)));
    const asking = roles.filter((role) => rowOf(role).calls.some(({ typeName }) => answering.has(typeName)));
    expect(asking).toEqual(expect.arrayContaining(forStaff));
  });

  test('no role calls itself, and the contract contains every service that is called', () => {
    for (const role of roles) for (const called of rowOf(role).calls) expect(hostOf(called), role).not.toBe(role);
  });

  test('every caller in the contract has a key', () => {
    const named = contractServices.flatMap(({ methods }) => methods.flatMap((method) => getOption(method, callers)));
    expect([...signers].sort()).toEqual([...new Set(named)].sort());
    // Deployments have always had these keys, although nothing uses them.
    const known = ['checkout', 'worker', 'cart', 'order', 'relay', 'cli'];
    expect(keyHolders).toEqual(expect.arrayContaining([...signers, ...known]));
    expect(repeated(keyHolders)).toEqual([]);
  });

  test('the derived lists contain every service once', () => {
    expect(repeated(publicServices)).toEqual([]);
    expect(publicServices, 'proto/openapi/public-services.ts has another order').toEqual(documented);
    expect(contractServices.filter(isInternal)).toEqual(contractServices.filter(isInternalPackage));
    expect(() => hostOf({ ...rows.sso.hosts.public[0], typeName: 'ecommerce.gone.v1.GoneService' })).toThrow(
      'registry',
    );
  });
});

describe('names and ports', () => {
  test('no two roles share a name or a port', () => {
    expect(repeated(roles.flatMap((role) => Object.values(rowOf(role).ports)))).toEqual([]);
    for (const field of ['title', 'name', 'folder'] as const)
      expect(repeated(roles.map((role) => rowOf(role)[field])), field).toEqual([]);
    expect(repeated([...roles, ...Object.keys(tools)])).toEqual([]);
  });

  test('the name of a service in a cluster is the name in the answer of /health', () => {
    for (const role of rpcRoles) expect(rows[role].name).toBe(healthName(role));
    expect([healthName('worker'), healthName('relay'), healthName(...roles)]).toEqual([
      'worker-service',
      'relay-service',
      'all-service',
    ]);
    expect(healthName('products', 'cart')).toBe('products-cart-service');
  });

  test('the default of JWKS_URL is the address at which sso publishes the key set', () => {
    const { jwksUrl } = readProcessConfig({});
    const { http } = rows.sso.ports;
    expect(jwksUrl, 'platform/config/process-config.ts: the default of JWKS_URL').toBe(
      `http://127.0.0.1:${http}/.well-known/jwks.json`,
    );
  });
});

describe('folders', () => {
  test.each(roles)('%s has a folder, and its app.ts names the role', (role) => {
    const { folder } = rowOf(role);
    expect(basename(folder)).toBe(role);
    expect(there(folder, 'config.ts')).toBe(true);
    expect(read(folder, 'app.ts'), `${folder}/app.ts: the role of the Service that it builds`).toContain(
      `role: '${role}'`,
    );
  });

  test('every folder has a row', () => {
    const services = globSync('services/*/', { cwd: root });
    const rooms = globSync('runtime/*/app.ts', { cwd: root }).map((file) => dirname(file));
    const known = roles.map((role) => rowOf(role).folder);
    expect([...services, ...rooms].sort(), 'runtime/registry.ts: a row for each').toEqual([...known].sort());
  });
});

describe('databases', () => {
  test.each(owners)('%s has its tables in its schema, and migrations', (owner) => {
    expect(read(rows[owner].folder, 'schema.ts'), 'schema.ts: the name of the pgSchema').toContain(
      `pgSchema('${schemaOf(owner)}')`,
    );
    expect(there('drizzle', owner, 'meta/_journal.json'), `npm run db:generate ${owner}`).toBe(true);
  });

  test('no other folder has tables or migrations', () => {
    const tables = globSync('services/*/schema.ts', { cwd: root }).map((file) => basename(dirname(file)));
    const migrations = globSync('drizzle/*/meta/_journal.json', { cwd: root }).map((file) => file.split('/')[1]);
    const message = 'runtime/registry.ts: `schema`';
    expect(new Set(tables), message).toEqual(new Set(owners));
    expect(new Set(migrations), message).toEqual(new Set(owners));
    expect(repeated(owners.map(schemaOf)), message).toEqual([]);
  });

  test('a role uses its own schema or the schema of another role', () => {
    for (const role of roles) {
      const { schema, databaseOf } = rowOf(role);
      expect(schema === undefined || databaseOf === undefined, role).toBe(true);
      expect(databaseOwnerOf(role), role).toBe(databaseOf ?? (schema === undefined ? undefined : role));
    }
  });

  test('the audit reads the books that the rows name, and each book has the name of its schema', () => {
    const kept = owners.filter((owner) => rowOf(owner).books !== undefined);
    const books = kept.map((owner) => [rowOf(owner).books, owner]);
    const message = 'runtime/registry.ts: `books`; audit/book.ts: bookNames; audit/config.ts: bookOwners';
    expect(Object.fromEntries(books), message).toEqual(bookOwners);
    expect(books, message).toHaveLength(bookNames.length);
    for (const owner of kept) expect(rowOf(owner).books).toBe(schemaOf(owner));
    expect(roles.filter((role) => rowOf(role).books !== undefined)).toEqual(kept);
    expect(roles.filter((role) => rowOf(role).audits)).toHaveLength(1);
  });
});
