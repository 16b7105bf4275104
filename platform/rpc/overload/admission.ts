import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { createContextKey } from '@connectrpc/connect';
import { Counter, Gauge, type Registry } from 'prom-client';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { AppError } from '../../errors/app-error.ts';
import { createAdapter, type Adapter } from './adapt.ts';
import { createGate, GateClosed, type Gate } from '../../gate.ts';

/** Calls that share places, so that a flood of one kind starves no other. */
const callClasses = ['read', 'write', 'heavy', 'internal', 'stream'] as const;
type CallClass = (typeof callClasses)[number];

export interface AdmissionLimits {
  /** Reads being worked on at once at most, and as many writes; fewer while the process can't keep up. */
  readonly maxInFlight: number;
  /** Calls that keep the processors busy by themselves. */
  readonly maxHeavy: number;
  /** Open streams, and calls that only wait. */
  readonly maxStreams: number;
}

/** A place of one call. It is free again when everybody who held it has let go. */
export interface Place {
  /** @returns what lets go */
  readonly hold: () => () => void;
  /** From now on the call only waits, and counts as a stream does; false if there are too many of those. */
  readonly stepAside: () => boolean;
}

/** Where the call's place is; undefined for calls within the process, whose cause has one. */
export const placeKey = createContextKey<Place | undefined>(undefined, { description: 'place of the call' });

export interface Admission {
  /** @throws OVERLOADED, at once or after a short wait */
  readonly enter: (method: DescMethod, signal: AbortSignal) => Promise<Place>;
  /** Fits the places of what the public asks to how long those took, and to how late the event loop is (ms). */
  readonly tick: (lateMs: number) => void;
}

/** How long one may queue: a burst is served in turn, not turned away. */
const waitMs = { read: 1500, write: 2000, heavy: 8000, internal: 1000 };
/** The same while others waited in vain: what is refused then is refused soon. */
const overloadedWaitMs = { read: 200, write: 300, heavy: 800, internal: 500 };
/** Who signs in waits for a processor and takes little else: many may wait. */
const heavyQueueFactor = 16;
/** Of a read, of a write, which may ask several services, and of one that waits for its turn to hash. */
const targetMs = { read: 250, write: 400, heavy: 2000 };
const fewestHeavy = 2;
const internalFactor = 4;

/** @param heavy methods that keep the processors busy by themselves, for example by hashing */
function classOf(method: DescMethod, heavy: ReadonlySet<DescMethod>): CallClass {
  if (method.methodKind !== 'unary') return 'stream';
  if (getOption(method, access) === Access.SERVICE) return 'internal';
  if (heavy.has(method)) return 'heavy';
  return method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ? 'read' : 'write';
}

/**
 * Bounds what is worked on by kind, with a short queue before: the admitted stay fast, memory stays bounded, and steps
 * of checkouts that were accepted never wait for what the public asks.
 */
export function createAdmission(limits: AdmissionLimits, heavy: readonly DescMethod[], registry: Registry): Admission {
  const { maxInFlight, maxHeavy, maxStreams } = limits;
  const waiting = (kind: keyof typeof waitMs) => ({
    maxWaitMs: waitMs[kind],
    overloadedWaitMs: overloadedWaitMs[kind],
  });
  const queueing = (kind: keyof typeof waitMs, concurrency: number) =>
    createGate({ ...waiting(kind), concurrency, maxWaiting: concurrency });
  const gates: Readonly<Record<CallClass, Gate>> = {
    read: queueing('read', maxInFlight),
    write: queueing('write', maxInFlight),
    heavy: createGate({ ...waiting('heavy'), concurrency: maxHeavy, maxWaiting: heavyQueueFactor * maxHeavy }),
    internal: queueing('internal', internalFactor * maxInFlight),
    stream: createGate({ concurrency: maxStreams, maxWaiting: 0, maxWaitMs: 0 }),
  };
  const heavyOnes = new Set(heavy);
  const refused = admissionMetrics(gates, registry);
  const adapters: Partial<Record<CallClass, Adapter>> = {
    read: createAdapter({ max: maxInFlight, targetMs: targetMs.read, apply: gates.read.setConcurrency }),
    write: createAdapter({ max: maxInFlight, targetMs: targetMs.write, apply: gates.write.setConcurrency }),
    heavy: createAdapter({
      max: maxHeavy,
      min: fewestHeavy,
      targetMs: targetMs.heavy,
      apply: gates.heavy.setConcurrency,
    }),
  };

  return {
    enter: async (method, signal) => {
      const kind = classOf(method, heavyOnes);
      const gate = gates[kind];
      try {
        const leave = gate.tryEnter() ?? (await gate.enter({ signal }));
        return createPlace(leave, gates.stream, adapters[kind]?.began());
      } catch (error) {
        refused.inc({ class: kind, why: error instanceof GateClosed ? error.why : 'other' });
        throw overloaded();
      }
    },
    tick: (lateMs) => {
      for (const adapter of Object.values(adapters)) adapter.tick(lateMs);
    },
  };
}

function overloaded(): AppError {
  return new AppError('unavailable', 'OVERLOADED', 'too many calls at once; try again', { retryAfterSeconds: 1 });
}

function createPlace(leave: () => void, streams: Gate, over: (() => void) | undefined): Place {
  let holders = 0;
  let free = (): void => {
    over?.();
    leave();
  };
  return {
    hold: () => {
      holders++;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders--;
        if (holders === 0) free();
      };
    },
    stepAside: () => {
      const other = streams.tryEnter();
      if (other === undefined) return false;
      free();
      free = other;
      return true;
    },
  };
}

function admissionMetrics(gates: Readonly<Record<CallClass, Gate>>, registry: Registry): Counter<'class' | 'why'> {
  const gauge = (name: string, help: string, pick: (gate: Gate) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['class'],
      registers: [registry],
      collect() {
        for (const kind of callClasses) this.set({ class: kind }, pick(gates[kind]));
      },
    });
  gauge('rpc_in_flight', 'Calls being worked on', (gate) => gate.size().running);
  gauge('rpc_waiting', 'Calls waiting to be worked on', (gate) => gate.size().waiting);
  gauge('rpc_concurrency_limit', 'Calls that may be worked on at once', (gate) => gate.size().concurrency);
  return new Counter({
    name: 'rpc_refused_total',
    help: 'Calls refused because too many were there',
    labelNames: ['class', 'why'],
    registers: [registry],
  });
}
