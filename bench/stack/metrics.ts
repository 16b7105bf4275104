/** Metrics in Prometheus' text format, summed over labels and processes: `<name>` → value. */
export type Metrics = ReadonlyMap<string, number>;

export async function readMetrics(urls: readonly string[]): Promise<Metrics> {
  const texts = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
      return response.text();
    }),
  );
  return sumMetrics(texts.join('\n'));
}

export function sumMetrics(text: string): Metrics {
  const sums = new Map<string, number>();
  for (const [, name = '', value] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/gm))
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  return sums;
}

/** The largest value of a metric over labels and processes; NaN if there is none. */
export async function largestMetric(urls: readonly string[], name: string): Promise<number> {
  const values = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  const found = [...values.join('\n').matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, 'gm'))];
  return found.length === 0 ? Number.NaN : Math.max(...found.map(([, value]) => Number(value)));
}
