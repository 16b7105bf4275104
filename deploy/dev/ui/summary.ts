import type { Stack } from '../supervisor/stack.ts';

const names: Readonly<Record<string, string>> = {
  api: 'API',
  docs: 'API docs',
  grpc: 'gRPC',
  temporalUi: 'Temporal UI',
  grafana: 'Grafana',
  prometheus: 'Prometheus',
  traces: 'Traces',
  temporal: 'Temporal',
  postgres: 'Postgres',
  redis: 'Redis',
  kafka: 'Kafka',
};

/** The addresses of a stack and its logs, one a line, in the order in which a user needs them. */
export function summary(stack: Pick<Stack, 'urls'>, logs: string): string {
  const order = Object.keys(names);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = Object.entries(stack.urls).sort(([a], [b]) => rank(a) - rank(b));
  const rows = [...entries.map(([name, url]) => [names[name] ?? name, url]), ['Logs', logs]];
  return ['', ...rows.map(([name = '', url = '']) => `  ${name.padEnd(12)} ${url}`), ''].join('\n');
}
