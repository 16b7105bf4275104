import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, Part } from '../supervisor/part.ts';
import { probeHttp } from '../supervisor/probe.ts';
import { isExecutable, says, which } from './tools.ts';

export const howToGetPrometheus =
  'Install Prometheus 2.40 or newer (Debian: apt install prometheus), or set PROMETHEUS_PATH to the program.';

/** Prometheus on this machine: PROMETHEUS_PATH, or on PATH. Undefined if there is none. */
export function prometheusProgram(env: NodeJS.ProcessEnv): string | undefined {
  const path = env['PROMETHEUS_PATH'];
  return path === undefined || path === '' ? which('prometheus') : isExecutable(path) ? path : undefined;
}

/** The version that the program tells, for example "2.42.0". */
async function prometheusVersion(program: string): Promise<string | undefined> {
  return /version (\d+\.\d+\.\d+)/.exec((await says(program, '--version')) ?? '')?.[1];
}

export interface PrometheusRun {
  readonly program: string;
  /** The path of the checkout: the rules are those of deploy/monitoring. */
  readonly root: string;
  /** For its configuration and its data. */
  readonly folder: string;
  readonly port: number;
  readonly everySeconds: number;
  /** Where each job's metrics are served, for example { app: 8000 }. All are on loopback. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Writes the configuration, and gives the command that runs Prometheus with it. It listens on loopback only. */
export function launchPrometheus({ program, root, folder, port, everySeconds, ports }: PrometheusRun): Launch {
  mkdirSync(folder, { recursive: true });
  const every = `${everySeconds}s`;
  const configuration = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: globSync(join(root, 'deploy/monitoring/prometheus/rules/*.yml')),
    scrape_configs: Object.entries(ports).map(([job, each]) => ({
      job_name: job,
      static_configs: [{ targets: [`127.0.0.1:${each}`] }],
    })),
  };
  // JSON is YAML too.
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(configuration, undefined, 2));
  return {
    program,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=3d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  };
}

/** Prometheus for `npm run dev -- --observe`. It scrapes the part `app`, which answers for all its processes. */
export function prometheus(program: string, fixed: number): Part {
  return {
    name: 'prometheus',
    title: 'Prometheus',
    kind: 'server',
    dependsOn: [],
    ports: [{ name: 'http', fixed }],
    readyWithinSeconds: 60,
    suggestion: 'Read the whole log: npm run logs -- prometheus',
    async find(context) {
      const port = context.port('prometheus', 'http');
      const url = `http://127.0.0.1:${port}`;
      const ports = { app: context.port('app', 'http') };
      const { root, dataFolder: folder } = context;
      return {
        way: {
          from: `found ${program}`,
          env: {},
          urls: { prometheus: url },
          probe: (signal) => probeHttp(`${url}/-/ready`, signal),
          async prepare() {
            const version = await prometheusVersion(program);
            const launch = launchPrometheus({ program, root, folder, port, everySeconds: 5, ports });
            return { launch, ...(version === undefined ? {} : { version }) };
          },
        },
      };
    },
  };
}
