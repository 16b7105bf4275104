import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { answers, packages, run, type Language } from '../language.ts';

const here = import.meta.dirname;

export const typescript: Language = {
  missing: () => (answers('npm', '--version') ? undefined : 'npm is missing'),
  prepare: ({ folder, openapi }) => {
    const kept = packages('typescript', join(here, 'package.json'), (cwd) =>
      run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd }),
    );
    symlinkSync(join(kept, 'node_modules'), join(folder, 'node_modules'));
    for (const file of ['package.json', 'tsconfig.json', 'buy.mts']) cpSync(join(here, file), join(folder, file));
    run('node_modules/.bin/openapi-typescript', [openapi, '-o', 'schema.ts'], { cwd: folder });
    run('node_modules/.bin/tsc', ['-p', '.'], { cwd: folder });
    return [
      {
        name: 'TypeScript: openapi-typescript, strict',
        buy: (env) => run(process.execPath, ['buy.mjs'], { cwd: folder, env }),
      },
    ];
  },
};
