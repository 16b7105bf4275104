/**
 * `node deploy/ci/release.ts <registry/name> <tag>`: writes this image into the production manifests. The release job
 * of CI commits the change, and Argo CD applies it to the cluster.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The places that name the image. Each pattern matches exactly once in its file. */
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

/** Sets the one place that `pattern` matches to `value`. @throws Error if the pattern does not match exactly once */
export function setOnce(text: string, pattern: RegExp, value: string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length !== 1)
    throw new Error(
      `The pattern ${pattern.source} matches ${found.length} times instead of once: correct deploy/ci/release.ts`,
    );
  return text.replace(pattern, (_, before: string) => `${before}${value}`);
}

/**
 * Checks the name and the tag of an image, and gives them as the manifests write them.
 * @throws Error if the name or the tag is invalid, or the tag can move
 */
export function imageOf(
  name: string,
  tag: string,
): { readonly name: string; readonly tag: string; readonly image: string } {
  if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/.test(name))
    throw new Error(`Invalid image name ${name}: write <registry>/<name>, for example ghcr.io/shop/ecommerce`);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag) || tag === 'latest')
    throw new Error(`Invalid tag ${tag}: a release needs a fixed tag, for example the id of the commit`);
  // YAML would read a tag of digits as a number, so it is quoted.
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
