import { Gauge, type Registry } from 'prom-client';

export interface SampledGauge<Sample> {
  readonly name: string;
  readonly help: string;
  readonly pick: (sample: Sample) => number;
}

const keptMs = 1_000;

/**
 * Makes gauges that share one sample, which is taken at scrape time. If the sample fails, they keep their last value
 * and `onError` is called.
 */
export function sampledGauges<Sample>(
  registry: Registry,
  sample: () => Promise<Sample>,
  onError: (error: unknown) => void,
  gauges: readonly SampledGauge<Sample>[],
): void {
  let kept: { readonly sample: Promise<Sample>; readonly until: number } | undefined;
  const current = (): Promise<Sample> => {
    if (kept === undefined || kept.until < performance.now())
      kept = { sample: sample(), until: performance.now() + keptMs };
    return kept.sample;
  };
  for (const { name, help, pick } of gauges) {
    const gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: async () => {
        await current().then((found) => gauge.set(pick(found)), onError);
      },
    });
  }
}
