import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { owners, roles, rowOf } from '../../../runtime/registry.ts';
import { Failure } from '../bootstrap/failure.mjs';
import { renamed, type Roles } from './edit.ts';
import { editsFor, mostReplicas } from './edits.ts';
import { namesOf, type Names } from './names.ts';
import { objectionTo } from './objections.ts';
import { roleText, textOfOwner } from './role-text.ts';
import { fill, readTemplate } from './template.ts';

/** All changes that a new service needs. Nothing is written yet. */
export interface Plan {
  readonly names: Names;
  readonly ports: { readonly http: number; readonly grpc: number };
  /** New files, by their paths from the root. */
  readonly created: ReadonlyMap<string, string>;
  /** Files that are there, as they will be. */
  readonly edited: ReadonlyMap<string, string>;
}

/** Manifests that repeat for each service. Those of the wallet are copied. */
const manifests = [
  'deploy/k8s/services/wallet-service/*.yaml',
  'deploy/k8s/argocd/applications/wallet-service.yaml',
  'deploy/k8s/overlays/*/wallet-service/kustomization.yaml',
];
/** What a new service's manifests say otherwise: it uses no Redis, and Postgres has few connections to spare. */
const otherwise: readonly (readonly [RegExp, string])[] = [
  [/^ {2}REDIS_URL: .*\n/m, ''],
  [/, to-redis: 'true'/, ''],
  [/maxReplicas: \d+/, `maxReplicas: ${mostReplicas}`],
];

/** @throws Failure with everything that is in the way */
export function planService(root: string, name: string): Plan {
  const objection = objectionTo(name, root);
  if (objection !== undefined)
    throw new Failure(`A service can not be called "${name}": ${objection}.`, {
      suggestion: 'npm run new:service <another word>',
    });
  const names = namesOf(name);
  const made = roleText(name, { schema: name, path: names.things, ...freePorts() });
  // The checkout comes last of the services, since it calls the others. The new service comes before it.
  const after = owners.at(-1) ?? 'order';
  const context: Roles = { model: textOfOwner('wallet'), after: textOfOwner(after), made };
  const problems: string[] = [];
  const created = new Map([...fromTemplate(names), ...fromManifests(root, context)]);
  for (const file of created.keys()) if (existsSync(join(root, file))) problems.push(`${file}: it is there already`);
  const edited = new Map<string, string>();
  for (const { file, change } of editsFor(names, context)) {
    try {
      edited.set(file, change(edited.get(file) ?? readFileSync(join(root, file), 'utf8')));
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0)
    throw new Failure(
      `${name} can not be entered everywhere, so nothing was written:\n    ${problems.join('\n    ')}`,
      {
        suggestion: 'mend the file, or its entry in deploy/dev/new-service/edits.ts, and run this again.',
      },
    );
  return { names, ports: { http: made.http, grpc: made.grpc }, created, edited };
}

function freePorts(): { http: number; grpc: number } {
  const taken = roles.map((role) => rowOf(role).ports);
  return {
    http: Math.max(...taken.map(({ http }) => http)) + 1,
    grpc: Math.max(...taken.map(({ grpc = 0 }) => grpc)) + 1,
  };
}

function fromTemplate(names: Names): [string, string][] {
  return readTemplate().map(({ path, text }) => [fill(path, names), fill(text, names)]);
}

function fromManifests(root: string, { model, made }: Roles): [string, string][] {
  return manifests
    .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
    .map((file) => {
      const text = renamed(readFileSync(join(root, file), 'utf8'), model, made);
      return [
        file.replaceAll(model.role, made.role),
        otherwise.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text),
      ];
    });
}
