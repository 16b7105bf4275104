/** A parent as a program, so that a test can kill it: `parent.ts <count>`. It tells the URL when all are ready. */
import { join } from 'node:path';
import { pino } from 'pino';
import { createParent } from '../parent.ts';

const count = Number(process.argv[2]);
const parent = createParent({
  command: (number) => [join(import.meta.dirname, 'child.ts'), `${number}/${count}`],
  count,
  logger: pino({ level: 'silent' }),
});
console.log((await parent.start()).http);
