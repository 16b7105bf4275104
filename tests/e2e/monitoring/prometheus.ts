import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { launchPrometheus } from '../../../deploy/dev/parts/prometheus.ts';
import { eventually } from '../../../platform/testing/eventually.ts';
import { freePort } from '../../../testkit/free-port.ts';

const everySeconds = 2;

const ofQuery = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
  ]),
});
const ofRules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })),
      }),
    ),
  }),
});
const ofTargets = z.object({
  data: z.object({ activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })) }),
});

/** A Prometheus of its own, with our rules, that scrapes these ports. */
export interface OwnPrometheus {
  /** The values that an expression has now; none if it has no data. @throws Error if Prometheus refuses it */
  values(expr: string): Promise<readonly number[]>;
  /** All rules, with the error of their last evaluation. */
  rules(): Promise<
    readonly { readonly name: string; readonly health: string; readonly lastError?: string | undefined }[]
  >;
  /** Waits until each target has been scraped so many more times. */
  scrapes(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startPrometheus(
  program: string,
  ports: Readonly<Record<string, number>>,
): Promise<OwnPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const root = join(import.meta.dirname, '../../..');
  const { args, cwd, env } = launchPrometheus({ program, root, folder, port, everySeconds, ports });
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const said = text(child.stderr);
  // It must not outlive a run that ends early.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`Prometheus answers ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const query = async (expr: string) => ofQuery.parse(await ask(`query?query=${encodeURIComponent(expr)}`)).data;
  const values = async (expr: string): Promise<number[]> => {
    const data = await query(expr);
    const samples = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value);
    return samples.map(([, value]) => Number(value));
  };
  const rules = async () => ofRules.parse(await ask('rules')).data.groups.flatMap((group) => group.rules);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', end);
    rmSync(folder, { recursive: true, force: true });
  };
  const scraped = async (): Promise<void> => {
    const { activeTargets } = ofTargets.parse(await ask('targets')).data;
    const away = activeTargets.flatMap(({ health, lastError }) => (health === 'up' ? [] : [`${health} ${lastError}`]));
    if (activeTargets.length === 0 || away.length > 0) throw new Error(`not yet: ${away.join('; ')}`);
  };
  try {
    await eventually('a scrape of every process', scraped, { withinMs: 30_000, everyMs: 250 });
  } catch (error) {
    await stop();
    throw new Error(`Prometheus does not scrape: ${await said}`, { cause: error });
  }
  return {
    values,
    rules,
    async scrapes(count) {
      const from = Date.now() / 1000 + (count - 1) * everySeconds;
      await eventually(
        'more scrapes',
        () => values(`min(timestamp(up)) > ${from}`),
        (times) => times.length > 0,
        { withinMs: 30_000, everyMs: 250 },
      );
    },
    stop,
  };
}
