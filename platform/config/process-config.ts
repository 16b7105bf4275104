import { z } from 'zod';
import { defaultIssuer, jwksCacheSeconds } from '../auth/token-rules.ts';
import type { Env } from './errors.ts';
import { brokers, flag, httpAddress, list, redisUrl } from './schemas.ts';

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** How spans are recorded. The names are OpenTelemetry's. */
export interface Tracing {
  readonly sampler: (typeof samplers)[number];
  /** Which part of all traces the samplers `…traceidratio` take, 0 to 1. */
  readonly ratio: number;
}

const schema = z.object({
  APP_ENV: z.enum(['development', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_PRETTY: flag.optional(),
  FRONT_PAGE: flag.optional(),
  GRAFANA_URL: httpAddress.optional(),
  CORS_ORIGINS: list.default([]),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(256),
  MAX_CONNECTION_AGE_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
  UNREADY_SECONDS: z.coerce.number().min(0).max(30).default(0),
  DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(12),
  SHUTDOWN_SECONDS: z.coerce.number().min(2).max(600).default(24),
  PROCESSES: z.union([z.literal('auto'), z.coerce.number().int().min(1).max(64)]).default('auto'),
  PG_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(10),
  START_WAIT_SECONDS: z.coerce.number().positive().max(600).default(30),
  REDIS_URL: redisUrl.optional(),
  KAFKA_BROKERS: brokers.optional(),
  KAFKA_TOPIC_PARTITIONS: z.coerce.number().int().min(1).max(1000).default(6),
  KAFKA_TOPIC_REPLICAS: z.coerce.number().int().min(1).max(10).default(1),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_UI_URL: z.url().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress.optional(),
  OTEL_SDK_DISABLED: flag.default(false),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  JWT_ISSUER: z.string().min(1).default(defaultIssuer),
  SERVICE_KEYS_DIR: z.string().optional(),
  JWKS_URL: httpAddress.default('http://127.0.0.1:8080/.well-known/jwks.json'),
  JWKS_CACHE_SECONDS: z.coerce.number().int().min(1).max(jwksCacheSeconds).default(jwksCacheSeconds),
});

/** The settings that every process has, with any roles. */
export interface ProcessConfig {
  readonly production: boolean;
  /** The address to listen on. */
  readonly host: string;
  readonly logLevel: string;
  /** Readable lines instead of JSON; by default in development at a terminal. */
  readonly logPretty: boolean | undefined;
  /** Whether `/` shows a page for people. */
  readonly frontPage: boolean;
  /** For a link on that page. */
  readonly grafanaUrl: string | undefined;
  readonly corsOrigins: readonly string[];
  /** Number of our own proxies in front of the process. */
  readonly trustedProxies: number;
  /** `maxConnectionAgeSeconds`: 0 means no limit. */
  readonly limits: { readonly maxInFlight: number; readonly maxConnectionAgeSeconds: number };
  /** The times that are wanted. The runtime fits them into `totalSeconds`. */
  readonly shutdown: {
    /** From the signal to the end of the process. */
    readonly totalSeconds: number;
    /** Time in which the process is unready but serves, so that load balancers notice it. */
    readonly unreadySeconds: number;
    /** Longest wait for calls in flight. */
    readonly drainSeconds: number;
  };
  /** How many processes share the ports. */
  readonly processes: number | 'auto';
  /** Connections to Postgres for each service, of all these processes together. */
  readonly poolSize: number;
  /** How long a start waits for Postgres. */
  readonly startWaitSeconds: number;
  readonly redisUrl: string | undefined;
  /** Undefined: the relay hands events to the consumers of its own process. */
  readonly kafka:
    { readonly brokers: readonly string[]; readonly partitions: number; readonly replicas: number } | undefined;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl: string | undefined };
  /** Undefined: no spans are recorded. */
  readonly tracing: Tracing | undefined;
  /** `iss` of the access tokens that are accepted. */
  readonly issuer: string;
  readonly serviceKeysDir: string | undefined;
  /** Address of the key set, for processes that do not host sso. */
  readonly jwksUrl: string;
  /** Age at which the key set is read again. A retired key is accepted for up to one and a half times this time. */
  readonly jwksCacheSeconds: number;
}

/** @throws ZodError that names each wrong setting */
export function readProcessConfig(env: Env): ProcessConfig {
  const read = schema.parse(env);
  const production = read.APP_ENV === 'production';
  return {
    production,
    host: read.HOST,
    logLevel: read.LOG_LEVEL,
    logPretty: read.LOG_PRETTY,
    frontPage: read.FRONT_PAGE ?? !production,
    grafanaUrl: read.GRAFANA_URL,
    corsOrigins: read.CORS_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES,
    limits: { maxInFlight: read.MAX_IN_FLIGHT, maxConnectionAgeSeconds: read.MAX_CONNECTION_AGE_SECONDS },
    shutdown: {
      totalSeconds: read.SHUTDOWN_SECONDS,
      unreadySeconds: read.UNREADY_SECONDS,
      drainSeconds: read.DRAIN_SECONDS,
    },
    processes: read.PROCESSES,
    poolSize: read.PG_POOL_SIZE,
    startWaitSeconds: read.START_WAIT_SECONDS,
    redisUrl: read.REDIS_URL,
    kafka: read.KAFKA_BROKERS && {
      brokers: read.KAFKA_BROKERS,
      partitions: read.KAFKA_TOPIC_PARTITIONS,
      replicas: read.KAFKA_TOPIC_REPLICAS,
    },
    temporal: { address: read.TEMPORAL_ADDRESS, namespace: read.TEMPORAL_NAMESPACE, uiUrl: read.TEMPORAL_UI_URL },
    tracing:
      read.OTEL_EXPORTER_OTLP_ENDPOINT === undefined || read.OTEL_SDK_DISABLED
        ? undefined
        : { sampler: read.OTEL_TRACES_SAMPLER, ratio: read.OTEL_TRACES_SAMPLER_ARG },
    issuer: read.JWT_ISSUER,
    serviceKeysDir: read.SERVICE_KEYS_DIR,
    jwksUrl: read.JWKS_URL,
    jwksCacheSeconds: read.JWKS_CACHE_SECONDS,
  };
}
