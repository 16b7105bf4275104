import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parseObject, type ClusterObject } from './objects.ts';

/** Objects that one `kubectl apply -k` or `-f` applies together. */
export interface Rendered {
  /** The folder, relative to the root of the checkout. */
  readonly path: string;
  readonly text: string;
  readonly objects: readonly ClusterObject[];
}

/** Folders for `kubectl apply -f`. They contain no kustomization.yaml, because kubectl would reject its kind. */
const plainFolders = ['stateful/*', 'monitoring/*', 'argocd/applications'] as const;

/**
 * Renders the kustomizations below `deploy/k8s` with kubectl: those that are `wanted` and download nothing.
 * @throws Error with the output of kubectl, if it fails
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

/** The objects that `kubectl apply -f` applies, for each plain folder. */
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

/** The objects of a YAML stream. @throws if the text is not YAML or a document is not a Kubernetes object */
export function objectsIn(text: string): ClusterObject[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [parseObject(value)];
  });
}
