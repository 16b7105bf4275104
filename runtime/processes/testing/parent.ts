/**
 * A parent as a program, so that a test can kill it: `parent.ts <count>`. It tells the URL when all are ready. HTTP_PORT
 * is its port; by default any. The pids of all its processes are added to the file NOTES, if it is set.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { endOnSignals } from '../../lifecycle.ts';
import { createParent } from '../parent.ts';

const count = Number(process.argv[2]);
const { NOTES: notes, NAME: name } = process.env;
if (notes !== undefined) appendFileSync(notes, `${name} pid ${process.pid}\n`);
const logger = pino({ level: 'silent' });
const parent = createParent({
  command: (number) => [join(import.meta.dirname, 'child.ts'), `${number}/${count}`],
  count,
  logger,
});
endOnSignals({ logger, running: () => parent, withinMs: 20_000, beforeEndAtOnce: parent.kill });
console.log((await parent.start()).http);
