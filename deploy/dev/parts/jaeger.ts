import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env, Launch, Part, PartContext } from '../supervisor/part.ts';
import { probeHttp } from '../supervisor/probe.ts';
import { which } from './tools.ts';

export const howToGetJaeger = 'Put the program `jaeger` (2.0 or newer) on PATH: https://www.jaegertracing.io/download/';

/** The program `jaeger` of this machine, which is Jaeger 2. */
export const jaegerProgram = (): string | undefined => which('jaeger', ['/opt/homebrew/bin']);

const keptTraces = 20_000;
const endpointVariable = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** Jaeger, for `npm run dev -- --observe`. It keeps traces in memory. Our processes send theirs to it. */
export function jaeger(program: string, fixed: number): Part {
  return {
    name: 'jaeger',
    title: 'Jaeger',
    kind: 'server',
    dependsOn: [],
    ports: [{ name: 'ui', fixed }, { name: 'otlp' }, { name: 'grpc' }],
    readyWithinSeconds: 60,
    suggestion: 'Read the whole log: npm run logs -- jaeger',
    async find(context) {
      const url = `http://127.0.0.1:${context.port('jaeger', 'ui')}`;
      return {
        way: {
          from: `found ${program}`,
          env: endpoint(context),
          urls: { traces: url },
          probe: (signal) => probeHttp(`${url}/`, signal),
          prepare: async () => ({ launch: launch(program, context) }),
        },
      };
    },
  };
}

/** A collector that the user has named stays. */
function endpoint(context: PartContext): Env {
  const own = context.callerEnv[endpointVariable];
  if (own !== undefined && own !== '') return {};
  return { [endpointVariable]: `http://127.0.0.1:${context.port('jaeger', 'otlp')}` };
}

function launch(program: string, context: PartContext): Launch {
  const { dataFolder: folder } = context;
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => ({ endpoint: `127.0.0.1:${context.port('jaeger', name)}` });
  const configuration = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: keptTraces } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: at('ui'), grpc: at('grpc') },
    },
    receivers: { otlp: { protocols: { http: at('otlp') } } },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
  // JSON is YAML too.
  const file = join(folder, 'jaeger.yaml');
  writeFileSync(file, JSON.stringify(configuration, undefined, 2));
  return {
    program,
    args: ['--config', file],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    graceSeconds: 10,
  };
}
