/** Prints a script for the browser: `shop` or `reference`. `npm run generate` writes it to proto/gen. */
import { build } from 'esbuild';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [`deploy/front/browser/${process.argv[2]}.ts`],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2023',
  minify: true,
  legalComments: 'inline',
  logLevel: 'warning',
});
process.stdout.write(outputFiles[0]?.text ?? '');
