import { globSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** An expression of a dashboard, with the place where it stands. */
export interface PanelExpression {
  readonly panel: string;
  readonly expr: string;
}

const dashboard = z.looseObject({
  panels: z.array(
    z.looseObject({
      title: z.string(),
      targets: z.array(z.looseObject({ expr: z.string() })).default([]),
    }),
  ),
});

/** Every expression of every dashboard, as Grafana sends it: its variables replaced, for this interval of rates. */
export function panelExpressions(rateInterval: string): readonly PanelExpression[] {
  return globSync('deploy/monitoring/grafana/dashboards/*.json').flatMap((file) =>
    dashboard.parse(JSON.parse(readFileSync(file, 'utf8'))).panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({
        panel: `${file.split('/').at(-1) ?? ''}: ${title}`,
        expr: expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$service', '.*'),
      })),
    ),
  );
}

/** Metrics of Temporal's SDK that a worker has only after the first fault. Their panels fall back to 0. */
const onlyWithFaults = [
  'temporal_workflow_failed',
  'temporal_workflow_canceled',
  'temporal_workflow_task_execution_failed',
  'temporal_activity_execution_failed',
  'temporal_local_activity_execution_failed',
  'temporal_request_failure',
  'temporal_long_request_failure',
];

/** Whether an expression may have no data on a platform without faults. */
export const needsFault = (expr: string): boolean =>
  expr.includes('status=~"5.."') || onlyWithFaults.some((name) => expr.includes(`(${name}[`));
