import type { DescService } from '@bufbuild/protobuf';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const generated = join(import.meta.dirname, '../gen');
const files = globSync('ecommerce/**/*_pb.ts', { cwd: generated }).sort();

function isService(value: unknown): value is DescService {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'service';
}

/** Every service of the contract, in the order of its files. */
export const contractServices: readonly DescService[] = (
  await Promise.all(
    files.map(async (file): Promise<DescService[]> => {
      const module: object = await import(pathToFileURL(join(generated, file)).href);
      return Object.values(module).filter(isService);
    }),
  )
).flat();

/** Internal services are for service tokens only. The names of their packages contain `internal`. */
export function isInternalPackage({ typeName }: DescService): boolean {
  return typeName.includes('.internal.');
}
