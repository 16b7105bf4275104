import { bindingsOf } from '../../../proto/openapi/bindings.ts';
import { rowOf, schemaOf, type Owner } from '../../../runtime/registry.ts';

/** A role as it stands in the files that list roles. */
export interface RoleText {
  readonly role: string;
  readonly Role: string;
  readonly ROLE: string;
  readonly schema: string;
  readonly SCHEMA: string;
  /** The first word of its REST paths: /api/v1/<path>. */
  readonly path: string;
  readonly http: number;
  readonly grpc: number;
}

export function roleText(role: string, more: Pick<RoleText, 'schema' | 'path' | 'http' | 'grpc'>): RoleText {
  const Role = `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
  return { role, Role, ROLE: role.toUpperCase(), SCHEMA: more.schema.toUpperCase(), ...more };
}

/** The names and ports of a role that is in the registry. */
export function textOfOwner(owner: Owner): RoleText {
  const { ports, hosts } = rowOf(owner);
  const { path = '' } = hosts.public.flatMap(({ methods }) => methods.flatMap(bindingsOf))[0] ?? {};
  return roleText(owner, {
    schema: schemaOf(owner),
    path: path.split('/')[3]?.split(':')[0] ?? '',
    http: ports.http,
    grpc: ports.grpc ?? 0,
  });
}
