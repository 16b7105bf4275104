/**
 * `node deploy/ci/release.ts <registry/name> <tag>`: makes the production manifests ask for this image. The release
 * workflow commits what it changes, and Argo CD brings that to the cluster.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the image stands: each pattern is there exactly once. */
export const places: readonly {
  readonly file: string;
  readonly pattern: RegExp;
  readonly part: 'name' | 'tag' | 'image';
}[] = [
  {
    file: 'deploy/k8s/overlays/production/component/kustomization.yaml',
    pattern: /^(\s+newName: )(\S+)$/gm,
    part: 'name',
  },
  {
    file: 'deploy/k8s/overlays/production/component/kustomization.yaml',
    pattern: /^(\s+newTag: )(\S+)$/gm,
    part: 'tag',
  },
  { file: 'deploy/k8s/migrations/migration-job.yaml', pattern: /^(\s+image: )(\S+\/\S+)$/gm, part: 'image' },
];

/** The text with the one place that `pattern` finds set to `value`. @throws if it finds none, or several */
export function setOnce(text: string, pattern: RegExp, value: string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length !== 1) throw new Error(`${pattern.source} is there ${found.length} times, not once`);
  return text.replace(pattern, (_, before: string) => `${before}${value}`);
}

/** @throws if the name or the tag is none, or a tag that moves */
export function imageOf(
  name: string,
  tag: string,
): { readonly name: string; readonly tag: string; readonly image: string } {
  if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/.test(name))
    throw new Error(`${name} is no name of an image in a registry`);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag) || tag === 'latest')
    throw new Error(`${tag} is no tag to release`);
  // Quoted where YAML would take it for a number.
  return { name, tag: /^[\d._e+-]+$/i.test(tag) ? `'${tag}'` : tag, image: `${name}:${tag}` };
}

if (import.meta.main) {
  const wanted = imageOf(process.argv[2] ?? '', process.argv[3] ?? '');
  const root = join(import.meta.dirname, '../..');
  for (const { file, pattern, part } of places) {
    const path = join(root, file);
    writeFileSync(path, setOnce(readFileSync(path, 'utf8'), pattern, wanted[part]));
    console.log(`${file}: ${wanted[part]}`);
  }
}
