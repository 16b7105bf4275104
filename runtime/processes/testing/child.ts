/**
 * A process for the tests of the parent: `child.ts <number>/<processes> [behaviour]`. Each answer tells its number, its
 * pid, whether it is the keeper, and whether the checks of a start have passed (`/worked` says so). Behaviours: `fails` (number 2 can't start), `stubborn` (ignores SIGTERM), `unclean`
 * (ends with exit code 1), `stuck` (a number 2 that takes another one's place stops itself during its start).
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { h2cListener, httpListener } from '../../../platform/rpc/server/listeners.ts';
import { createRegistry } from '../../../platform/telemetry/registry.ts';
import { openLink } from '../link.ts';
import { joinMetrics } from '../metrics.ts';

const [place = '', behaviour] = process.argv.slice(2);
const number = Number(place.split('/')[0]);
const registry = createRegistry({ service: 'test', number });
let isKeeper = false;

const tell = () => JSON.stringify({ number, pid: process.pid, isKeeper, hasWorked: link.startChecks.havePassed() });

async function stop(): Promise<void> {
  if (behaviour === 'stubborn') return;
  link.send({ type: 'stopping' });
  await Promise.all([http.close(), grpc.close()]);
  process.exit(behaviour === 'unclean' ? 1 : 0);
}

const link = openLink({
  onKeep: () => {
    isKeeper = true;
  },
  metrics: () => registry.metrics(),
  onParentGone: () => void stop(),
});
process.on('SIGTERM', () => void stop());

/** `/metrics`, or `/?ms=20`, whose answer takes that long. */
async function answer(url: string): Promise<string> {
  if (url === '/metrics') return joinMetrics(await link.metricsOfAll());
  if (url === '/worked') link.startChecks.passed();
  await sleep(Number(new URL(url, 'http://any').searchParams.get('ms') ?? 0));
  return tell();
}

const http = httpListener(
  (request, response) => void answer(request.url ?? '').then((text) => response.end(text)),
  0,
  link.connections('http'),
);
const grpc = h2cListener((_, response) => response.end(tell()), 0, link.connections('grpc'));

if (behaviour === 'fails' && number === 2) {
  await link.sendLast({ type: 'failed', err: { message: 'the database is away' } });
  process.exit(1);
}
// The file says that number 2 was started before.
const { STARTED: started } = process.env;
if (behaviour === 'stuck' && number === 2 && started !== undefined) {
  const starts = existsSync(started) ? readFileSync(started, 'utf8').length : 0;
  appendFileSync(started, '.');
  if (starts === 1) process.kill(process.pid, 'SIGSTOP');
}
const { NOTES: notes, NAME: name, HTTP_PORT: port = '0' } = process.env;
if (notes !== undefined) appendFileSync(notes, `${name} pid ${process.pid}\n`);
const urls = { http: await http.open('127.0.0.1', Number(port)), grpc: await grpc.open('127.0.0.1', 0) };
link.send({ type: 'ready', urls });
