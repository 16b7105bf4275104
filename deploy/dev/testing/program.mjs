// A program for the tests of the launcher: it starts a child process, notes both pids, and answers /ready. BEHAVIOUR:
// "serve" (the default), "fail" (ends with exit code 7), "mute" (is never ready), "task" (ends with exit code 0),
// "stubborn" (like "serve", but ignores SIGTERM). While the file `<NOTES>.<NAME>.away` exists, it takes no calls.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';

const { BEHAVIOUR: behaviour = 'serve', NOTES: notes, HTTP_PORT: port, NAME: name } = process.env;
const note = (text) => appendFileSync(notes, `${name} ${text}\n`);

const grandchild = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)'], {
  stdio: 'ignore',
});
note(`pid ${process.pid}`);
note(`pid ${grandchild.pid}`);
console.log(`${name} says hello`);
if (behaviour === 'task') process.exit(0);
if (behaviour === 'fail') {
  console.error(`${name} can't go on`);
  process.exit(7);
}
const isAway = () => behaviour === 'mute' || existsSync(`${notes}.${name}.away`);
const server = createServer((request, response) => response.writeHead(isAway() ? 503 : 200).end());
server.listen(Number(port), '127.0.0.1', () => note('listens'));
process.on('SIGTERM', () => {
  note('stops');
  if (behaviour !== 'stubborn') process.exit(0);
});
