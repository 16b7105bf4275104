/**
 * `node deploy/ci/gateway.ts`: a real nginx reads the gateway's configuration as Docker Compose fills it in. Exits with
 * 75 where nginx can not be had.
 */
import { spawnSync, type StdioOptions } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { getNginx, writeConfiguration } from '../dev/parts/nginx.ts';
import { unchecked } from './status.ts';

const root = join(import.meta.dirname, '../..');
const compose = z.looseObject({
  services: z.looseObject({ gateway: z.looseObject({ environment: z.record(z.string(), z.string()) }) }),
});

/** Names that change their addresses are for newer ones: Debian 12 has 1.22. */
const resolvesSince = [1, 27, 3];
function resolves(version: string): boolean {
  const [have, since] = [version.split('.').map(Number), resolvesSince].map((parts) =>
    parts.reduce((sum, part) => sum * 1000 + part, 0),
  );
  return (have ?? 0) >= (since ?? 0);
}

/** What Compose gives the gateway, with the defaults of its variables; for an old nginx with addresses for names. */
function variablesFor(version: string): Record<string, string> {
  const file = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const { environment } = compose.parse(parse(file, { merge: true })).services.gateway;
  const filled = Object.entries(environment).map(
    ([name, value]) => [name, value.replace(/^\$\{\w+:-(.*)\}$/, '$1')] as const,
  );
  if (resolves(version)) return Object.fromEntries(filled);
  const addresses = filled.map(([name, value]) => [name, value.replace(/^[a-z]+:(\d+)$/, '127.0.0.1:$1')] as const);
  return { ...Object.fromEntries(addresses), UPSTREAM_OPTIONS: '' };
}

const folder = mkdtempSync(join(tmpdir(), 'nginx-t-'));
try {
  const context = { logFile: join(folder, 'install.log'), progress: () => {}, signal: AbortSignal.timeout(300_000) };
  const nginx = await getNginx(context).catch((error: unknown) => ({ missing: String(error) }));
  if ('missing' in nginx) {
    console.log(`nginx: ${nginx.missing}`);
    process.exitCode = unchecked;
  } else {
    const file = writeConfiguration(join(root, 'deploy/nginx'), folder, variablesFor(nginx.version));
    const args = ['-t', '-p', `${folder}/`, '-c', file, '-e', 'stderr'];
    // It opens its access log, /dev/stdout, by name; that can not be the socket by which Node would read.
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
    const { status, stderr } = spawnSync(nginx.program, args, { encoding: 'utf8', stdio });
    console.log(`nginx ${nginx.version}: ${stderr.trim()}`);
    // A warning is of something that a later version refuses. One is known: nginx 1.22 has no other way to say http2.
    const warnings = stderr.split('\n').filter((line) => line.includes('[warn]'));
    const unknown = warnings.filter((line) => !line.includes('the "listen ... http2" directive is deprecated'));
    process.exitCode = status === 0 && unknown.length === 0 ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
