import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { answers, run, type Language } from '../language.ts';

const here = import.meta.dirname;

export const java: Language = {
  missing: () => {
    if (!answers('javac', '--release', '17', '-version')) return 'a JDK of version 17 or newer is missing';
    return answers('mvn', '-version') ? undefined : 'Maven (mvn) is missing';
  },
  prepare: ({ folder, openapi }) => {
    cpSync(join(here, 'pom.xml'), join(folder, 'pom.xml'));
    cpSync(join(here, 'src'), join(folder, 'src'), { recursive: true });
    const quiet = ['-q', '-B', `-Ddocument=${openapi}`];
    run('mvn', [...quiet, 'compile'], { cwd: folder });
    return [
      {
        name: 'Java: openapi-generator, native',
        buy: (env) => run('mvn', [...quiet, 'exec:java'], { cwd: folder, env }),
      },
    ];
  },
};
