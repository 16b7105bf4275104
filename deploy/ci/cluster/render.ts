import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parseObject, type ClusterObject } from './objects.ts';

/** Objects that are applied together, by `kubectl apply -k` or `-f`. */
export interface Rendered {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
  readonly objects: readonly ClusterObject[];
}

/** Folders whose files are applied as they are: a kustomization among them would be refused as an unknown kind. */
const plainFolders = ['stateful/*', 'monitoring/*', 'argocd/applications'] as const;

/**
 * The kustomizations below `deploy/k8s` that are `wanted` and fetch nothing from elsewhere, built by kubectl.
 * @throws what kubectl says
 */
export function renderKustomizations(root: string, kubectl: string, wanted = (_: string) => true): Rendered[] {
  return globSync('deploy/k8s/**/kustomization.yaml', { cwd: root })
    .filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return /^kind: Kustomization$/m.test(text) && !/^\s+- https:\/\//m.test(text);
    })
    .map(dirname)
    .filter(wanted)
    .sort()
    .map((path) => rendered(path, execFileSync(kubectl, ['kustomize', join(root, path)], { encoding: 'utf8' })));
}

/** What `kubectl apply -f` of each plain folder applies. */
export function readPlainFolders(root: string): Rendered[] {
  return plainFolders
    .flatMap((pattern) => globSync(`deploy/k8s/${pattern}`, { cwd: root }))
    .filter((path) => !path.includes('.'))
    .sort()
    .map((path) => rendered(path, textOf(join(root, path))));
}

function textOf(folder: string): string {
  return readdirSync(folder)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n---\n');
}

function rendered(path: string, text: string): Rendered {
  return { path: relative('.', path), text, objects: objectsIn(text) };
}

/** The objects of a YAML stream. @throws on what is no YAML or no object */
export function objectsIn(text: string): ClusterObject[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [parseObject(value)];
  });
}
