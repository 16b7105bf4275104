import { grafana, grafanaProgram, howToGetGrafana } from './parts/grafana.ts';
import { howToGetJaeger, jaeger, jaegerProgram } from './parts/jaeger.ts';
import { howToGetPrometheus, prometheus, prometheusProgram } from './parts/prometheus.ts';
import type { Part, Topology } from './supervisor/part.ts';

const ports = { prometheus: 24_090, grafana: 24_300, jaeger: 24_686 };

/** The programs that observe the platform, as far as this machine has them. */
export interface ObserverPrograms {
  readonly prometheus: string | undefined;
  readonly grafana: string | undefined;
  readonly jaeger: string | undefined;
}

export const observerPrograms = (env: NodeJS.ProcessEnv): ObserverPrograms => ({
  prometheus: prometheusProgram(env),
  grafana: grafanaProgram(),
  jaeger: jaegerProgram(),
});

/** The topology with Prometheus, Grafana and Jaeger, those that this machine has. */
export function observed(topology: Topology, found: ObserverPrograms): Topology {
  const some: Part[] = [];
  if (found.prometheus !== undefined) some.push(prometheus(found.prometheus, ports.prometheus));
  if (found.jaeger !== undefined) some.push(jaeger(found.jaeger, ports.jaeger));
  // Grafana has little to draw without metrics.
  if (found.grafana !== undefined && found.prometheus !== undefined) {
    some.push(grafana(found.grafana, { fixed: ports.grafana, hasJaeger: found.jaeger !== undefined }));
  }
  return { ...topology, parts: [...some, ...topology.parts] };
}

/** A line for each observer that this machine does not have: where to get it. */
export function missingObservers(found: ObserverPrograms): readonly string[] {
  const rows = [
    ['Metrics', 'Prometheus', found.prometheus, howToGetPrometheus],
    ['Dashboards', 'Grafana', found.grafana, howToGetGrafana],
    ['Traces', 'Jaeger', found.jaeger, howToGetJaeger],
  ] as const;
  return rows.flatMap(([what, name, program, how]) =>
    program === undefined ? [`  ${what}: ${name} is not on this machine. ${how}`] : [],
  );
}
