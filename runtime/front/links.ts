import type { FrontPageOptions } from './options.ts';

export interface Link {
  readonly href: string;
  readonly text: string;
  readonly about: string;
}

const views = [
  ['Failed orders', 'CheckoutStatus="FAILED"'],
  ['Orders under way', 'CheckoutStatus="RUNNING" AND ExecutionStatus="Running"'],
] as const;

/** The list of workflows in Temporal's Web UI; undefined if nobody can reach it. */
export function workflowsPage({ temporal: { uiUrl, namespace } }: FrontPageOptions): string | undefined {
  if (uiUrl === undefined) return undefined;
  return `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}

/** The other pages of the platform. Those that are not there, or that nobody can reach from outside, are left out. */
export function linksOf(options: FrontPageOptions): readonly Link[] {
  const { grafanaUrl, isDirect } = options;
  const page = workflowsPage(options);
  const links: Link[] = [
    { href: '/docs', text: 'API reference', about: 'every call, to try out' },
    { href: '/openapi.json', text: 'openapi.json', about: 'for generators of clients' },
  ];
  if (isDirect) links.push({ href: '/metrics', text: 'Metrics', about: 'for Prometheus' });
  if (page !== undefined) {
    links.push({ href: page, text: 'Temporal', about: 'every checkout, step by step' });
    for (const [text, query] of views) {
      links.push({ href: `${page}?query=${encodeURIComponent(query)}`, text, about: 'in Temporal' });
    }
  }
  if (grafanaUrl !== undefined) links.push({ href: grafanaUrl, text: 'Grafana', about: 'dashboards' });
  return links;
}
