import { setTimeout as delay } from 'node:timers/promises';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type * as Sdk from '@opentelemetry/sdk-trace';
import type { Tracing } from '../platform/config/process-config.ts';
import { recordSpansWith, spanIdToUse } from '../platform/telemetry/spans.ts';

const longestFlushMs = 1_500;

export interface Recording {
  /** Sends what was recorded, and records no more. */
  readonly stop: () => Promise<void>;
}

export interface RecordingOptions {
  readonly tracing: Tracing;
  /** The name of the process, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES has another one. */
  readonly serviceName: string;
  readonly logger: Logger;
  /** Where spans go. Default: to the endpoint of the OTEL_EXPORTER_OTLP_… settings, in batches. */
  readonly processor?: Sdk.SpanProcessor;
}

/**
 * Records the spans of this process. OpenTelemetry's SDK is loaded only here. Its exporter reads the other
 * OTEL_EXPORTER_OTLP_… settings (headers, timeout, compression, certificates) from the environment itself.
 */
export async function startRecording({
  tracing,
  serviceName,
  logger,
  processor,
}: RecordingOptions): Promise<Recording> {
  const [sdk, resources, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
  ]);
  tellFailures(logger);
  const random = new sdk.RandomIdGenerator();
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': serviceName, 'service.namespace': 'ecommerce' }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    sampler: samplerOf(sdk, tracing),
    // The span of a workflow has an id that its steps know before it is recorded.
    idGenerator: {
      generateTraceId: () => random.generateTraceId(),
      generateSpanId: () => spanIdToUse() ?? random.generateSpanId(),
    },
    spanProcessors: [processor ?? new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const followsParent = tracing.sampler.startsWith(parentBased);
  recordSpansWith({ tracer: provider.getTracer('ecommerce'), followsParent });
  return {
    stop: async () => {
      recordSpansWith(undefined);
      // A collector that does not answer must not hold up the end of the process.
      await Promise.race([provider.shutdown(), delay(longestFlushMs, undefined, { ref: false })]);
    },
  };
}

const repeatAfterMs = 60_000;

/** Tells that spans cannot be sent. The exporter reports each batch, so that one report a minute is enough. */
function tellFailures(logger: Logger): void {
  let toldAt = -Infinity;
  const ignore = (): void => undefined;
  const warn = (message: string): void => {
    if (performance.now() - toldAt < repeatAfterMs) return;
    toldAt = performance.now();
    logger.warn({ reason: message.slice(0, 300) }, 'spans could not be sent; they are lost');
  };
  const told = { error: warn, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(told, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
}

const parentBased = 'parentbased_';

function samplerOf(sdk: typeof Sdk, { sampler, ratio }: Tracing): Sdk.Sampler {
  const root = sampler.replace(parentBased, '');
  const chosen =
    root === 'always_off'
      ? new sdk.AlwaysOffSampler()
      : root === 'traceidratio'
        ? new sdk.TraceIdRatioBasedSampler(ratio)
        : new sdk.AlwaysOnSampler();
  return root === sampler ? chosen : new sdk.ParentBasedSampler({ root: chosen });
}
