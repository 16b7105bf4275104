/**
 * Joins the texts of `/metrics` of several processes, so that each metric is declared once. The label `process` tells
 * the samples apart, so nothing is added up here.
 */
export function joinMetrics(texts: readonly string[]): string {
  const samplesOf = new Map<string, string[]>();
  for (const text of texts) {
    for (const metric of text.trim().split('\n\n')) {
      const [help = '', type = '', ...samples] = metric.split('\n');
      const head = `${help}\n${type}`;
      samplesOf.set(head, [...(samplesOf.get(head) ?? []), ...samples]);
    }
  }
  return `${[...samplesOf].map(([head, samples]) => [head, ...samples].join('\n')).join('\n\n')}\n`;
}
