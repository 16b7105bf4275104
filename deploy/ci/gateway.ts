/**
 * `node deploy/ci/gateway.ts`: runs `nginx -t` on the gateway's configuration, with the values that Docker Compose
 * gives it. Exits with 75 if nginx is not available.
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

/** The first nginx whose upstreams can follow changing addresses of a name. Debian 12 has 1.22. */
const resolvesSince = [1, 27, 3];
function resolves(version: string): boolean {
  const [have, since] = [version.split('.').map(Number), resolvesSince].map((parts) =>
    parts.reduce((sum, part) => sum * 1000 + part, 0),
  );
  return (have ?? 0) >= (since ?? 0);
}

/**
 * The gateway's environment in Compose, with the defaults of its variables. An nginx that is too old to resolve names
 * later gets addresses instead of names.
 */
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
    // nginx opens its access log /dev/stdout by name. That fails if Node reads the output through a socket.
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
    const { status, stderr } = spawnSync(nginx.program, args, { encoding: 'utf8', stdio });
    console.log(`nginx ${nginx.version}: ${stderr.trim()}`);
    // A later version may reject what nginx warns of today, so a warning fails, too. One is allowed: nginx 1.22 knows
    // only the old directive for http2.
    const warnings = stderr.split('\n').filter((line) => line.includes('[warn]'));
    const unknown = warnings.filter((line) => !line.includes('the "listen ... http2" directive is deprecated'));
    process.exitCode = status === 0 && unknown.length === 0 ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
