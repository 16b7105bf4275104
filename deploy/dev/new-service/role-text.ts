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
  /** Its first public service, whose name may differ from the role's. */
  readonly Service: string;
  /** The generated name of the file that declares this service. */
  readonly protoFile: string;
}

type Given = Pick<RoleText, 'schema' | 'path' | 'http' | 'grpc'> & Partial<Pick<RoleText, 'Service' | 'protoFile'>>;

export function roleText(role: string, more: Given): RoleText {
  const Role = `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
  const contract = { Service: `${Role}Service`, protoFile: `file_ecommerce_${role}_v1_${role}` };
  return { role, Role, ROLE: role.toUpperCase(), SCHEMA: more.schema.toUpperCase(), ...contract, ...more };
}

/** The names and ports of a role that is in the registry. */
export function textOfOwner(owner: Owner): RoleText {
  const { ports, hosts } = rowOf(owner);
  const [service] = hosts.public;
  const { path = '' } = hosts.public.flatMap(({ methods }) => methods.flatMap(bindingsOf))[0] ?? {};
  return roleText(owner, {
    schema: schemaOf(owner),
    path: path.split('/')[3]?.split(':')[0] ?? '',
    http: ports.http,
    grpc: ports.grpc ?? 0,
    ...(service === undefined
      ? {}
      : { Service: service.name, protoFile: `file_${service.file.name.replaceAll('/', '_')}` }),
  });
}
