import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { acquire } from '../tools/acquire.ts';
import { tools } from '../tools/catalogue.ts';
import type { ClusterObject } from './objects.ts';
import { objectsIn } from './render.ts';

const kubectl = await acquire(tools.kubectl);

/** Without kubectl, tests of rendered manifests are skipped. In CI they run and fail instead. */
export const cannotRender = 'missing' in kubectl && process.env['CI'] !== 'true';

/** The objects of one kustomization below deploy/k8s, for tests. @throws Error if kubectl is not available */
export function renderedObjects(path: string): ClusterObject[] {
  if ('missing' in kubectl) throw new Error(`kubectl is not available: ${kubectl.missing}`);
  const folder = join(import.meta.dirname, '../../k8s', path);
  return objectsIn(execFileSync(kubectl.path, ['kustomize', folder], { encoding: 'utf8' }));
}
