import { collectDefaultMetrics, Registry } from 'prom-client';

/** Seconds: from a cached read to the longest unary call. */
export const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Node's event loop is sampled this often, in milliseconds. Each sample wakes the process: at the usual 10 ms an idle
 * process spends a third of its processor time on it. The sampled times contain this pause, so the percentiles of an
 * idle process are this high.
 */
export const eventLoopMonitoringPrecision = 100;

/** The registry of a process. Its text can also have metrics that another library keeps. */
export class ProcessRegistry extends Registry {
  /** What each sample of this process has, beside its own labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly #others: (() => Promise<string>)[] = [];

  constructor(labels: Readonly<Record<string, string>>) {
    super();
    this.labels = labels;
    this.setDefaultLabels(labels);
  }

  /** Adds metrics in the text format of Prometheus, with `labels` in them. A source that fails is left out. */
  append(read: () => Promise<string>): void {
    this.#others.push(read);
  }

  override async metrics(): Promise<string> {
    const others = this.#others.map((read) => read().then(inBlocks, () => ''));
    const texts = await Promise.all([super.metrics(), ...others]);
    return `${texts
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join('\n\n')}\n`;
  }
}

/** Puts an empty line before each metric, as prom-client does. */
function inBlocks(text: string): string {
  return text.trim().replaceAll(/\n+# HELP /g, '\n\n# HELP ');
}

/**
 * Makes the registry of a process: it has Node's own metrics, and each metric has the label `service`. With a `number`
 * it also has the label `process`, which tells the processes that share ports apart.
 */
export function createRegistry({
  service,
  number,
}: {
  readonly service: string;
  readonly number?: number;
}): ProcessRegistry {
  const registry = new ProcessRegistry({ service, ...(number === undefined ? {} : { process: String(number) }) });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision });
  return registry;
}
