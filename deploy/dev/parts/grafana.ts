import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Launch, Part, PartContext } from '../supervisor/part.ts';
import { probeHttp } from '../supervisor/probe.ts';
import { which } from './tools.ts';

export const howToGetGrafana = 'Install Grafana 10 or newer: https://grafana.com/grafana/download';

/** The program `grafana` of this machine. Undefined if there is none, or its files are not where they belong. */
export function grafanaProgram(): string | undefined {
  const program = which('grafana', ['/usr/share/grafana/bin', '/opt/homebrew/bin']);
  return program === undefined || homeOf(program) === undefined ? undefined : program;
}

/** The folder with the files that come with the program: that above `bin` in an archive, a fixed one in a package. */
function homeOf(program: string): string | undefined {
  const folders = [dirname(dirname(realpathSync(program))), '/usr/share/grafana', '/opt/homebrew/share/grafana'];
  return folders.find((folder) => existsSync(join(folder, 'conf', 'defaults.ini')));
}

/** Grafana with our dashboards, for `npm run dev -- --observe`. Everybody on this machine may look, without a sign-in. */
export function grafana(
  program: string,
  { fixed, hasJaeger }: { readonly fixed: number; readonly hasJaeger: boolean },
): Part {
  return {
    name: 'grafana',
    title: 'Grafana',
    kind: 'server',
    dependsOn: ['prometheus'],
    ports: [{ name: 'http', fixed }],
    readyWithinSeconds: 120,
    suggestion: 'Read the whole log: npm run logs -- grafana',
    async find(context) {
      const url = `http://127.0.0.1:${context.port('grafana', 'http')}`;
      return {
        way: {
          from: `found ${program}`,
          env: {},
          urls: { grafana: `${url}/dashboards` },
          probe: (signal) => probeHttp(`${url}/api/health`, signal),
          prepare: async () => ({ launch: launch(program, context, hasJaeger) }),
        },
      };
    },
  };
}

function launch(program: string, context: PartContext, hasJaeger: boolean): Launch {
  const { dataFolder: folder } = context;
  provision(folder, context, hasJaeger);
  return {
    program,
    args: ['server', '--homepath', homeOf(program) ?? folder],
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(context.port('grafana', 'http')),
      GF_PATHS_DATA: join(folder, 'data'),
      GF_PATHS_LOGS: join(folder, 'logs'),
      GF_PATHS_PLUGINS: join(folder, 'plugins'),
      GF_PATHS_PROVISIONING: join(folder, 'provisioning'),
      GF_LOG_MODE: 'console',
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    },
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  };
}

/** Writes where the metrics, the traces and the dashboards are. JSON is YAML too. */
export function provision(folder: string, context: Pick<PartContext, 'root' | 'port'>, hasJaeger: boolean): void {
  const write = (kind: string, content: unknown): void => {
    const target = join(folder, 'provisioning', kind);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'platform.yaml'), JSON.stringify(content, undefined, 2));
  };
  const source = (type: string, url: string) => ({ name: type, uid: type, type, access: 'proxy', url });
  const metrics = source('prometheus', `http://127.0.0.1:${context.port('prometheus', 'http')}`);
  const traces = () => source('jaeger', `http://127.0.0.1:${context.port('jaeger', 'ui')}`);
  write('datasources', {
    apiVersion: 1,
    datasources: [
      { ...metrics, isDefault: true, jsonData: { timeInterval: '5s', httpMethod: 'POST' } },
      ...(hasJaeger ? [traces()] : []),
    ],
  });
  const path = join(context.root, 'deploy/monitoring/grafana/dashboards');
  write('dashboards', { apiVersion: 1, providers: [{ name: 'platform', type: 'file', options: { path } }] });
}
