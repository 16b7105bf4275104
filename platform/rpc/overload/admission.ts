import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { createContextKey } from '@connectrpc/connect';
import { Counter, Gauge, type Registry } from 'prom-client';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { AppError } from '../../errors/app-error.ts';
import { createAdapter, createTicker, type Adapter } from './adapt.ts';
import { createGate, GateClosed, type Gate } from '../../gate.ts';
import { ArrivalRoom, ArrivingBody } from './arriving-body.ts';

/** Classes of calls. Each has its own permits, so that a flood of one class does not block another. */
const callClasses = ['read', 'write', 'heavy', 'internal', 'stream'] as const;
type CallClass = (typeof callClasses)[number];
/** `bodies`: there is no room for another large body. The others concern permits. */
const refusals = ['full', 'late', 'gone', 'bodies', 'other'] as const satisfies readonly (
  GateClosed['why'] | 'bodies' | 'other'
)[];

export interface AdmissionLimits {
  /** Highest concurrency of reads, and the same for writes. It falls while the process cannot keep up. */
  readonly maxInFlight: number;
  /** Highest concurrency of calls that mostly use the CPU, for example for hashing. */
  readonly maxHeavy: number;
  /** Highest number of open streams, together with calls that only wait. */
  readonly maxStreams: number;
  /** Most memory for bodies that are on their way. */
  readonly arrivingBytes: number;
}

/** The permit of one call. It goes back to its gate when every user has released it. */
export interface Permit {
  /** Adds a user of the permit. @returns the user's release */
  readonly retain: () => () => void;
  /**
   * Exchanges the permit for one of the class `stream`. A call that only waits from now on uses this.
   * @returns false if there is none; the call then keeps its permit
   */
  readonly exchangeForStream: () => boolean;
}

/** The permit of the current call; undefined for calls within the process, because the outer call has one. */
export const permitKey = createContextKey<Permit | undefined>(undefined, { description: 'permit of the call' });

export interface Admission {
  /**
   * Takes a permit.
   * @param signal aborted when the caller is gone; asked for only if the call must wait
   * @throws OVERLOADED, at once or after a short wait
   */
  readonly enter: (method: DescMethod, signal: () => AbortSignal) => Promise<Permit>;
  /** Takes a permit that is free, for work that takes no time. @returns its release, or undefined */
  readonly tryEnter: (method: DescMethod) => (() => void) | undefined;
  /** A body of a call that is not there yet. It throws OVERLOADED if all of them together would be too large. */
  readonly receive: (method: DescMethod) => ArrivingBody;
  /** Ends the adapting of concurrency, which begins with a call and rests when nothing is left to adapt. */
  readonly stop: () => void;
}

/** Longest wait for a permit. A burst is served in order, not refused. */
const waitMs = { read: 1500, write: 2000, heavy: 8000, internal: 1000 };
/** Longest wait for a permit in an overload, so that refusals come soon. */
const overloadedWaitMs = { read: 200, write: 300, heavy: 800, internal: 500 };
/** Heavy calls use almost nothing while they wait, so many may wait. */
const heavyQueueFactor = 16;
/** Target of the median duration. A write may call several services. A heavy call's includes its wait for the CPU. */
const targetMs = { read: 250, write: 400, heavy: 2000 };
const fewestHeavy = 2;
const internalFactor = 4;

/** @param heavy methods that mostly use the CPU, for example for hashing */
function classOf(method: DescMethod, heavy: ReadonlySet<DescMethod>): CallClass {
  if (method.methodKind !== 'unary') return 'stream';
  if (getOption(method, access) === Access.SERVICE) return 'internal';
  if (heavy.has(method)) return 'heavy';
  return method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ? 'read' : 'write';
}

/**
 * Limits the concurrency of each class of calls, with a short queue for each. So admitted calls stay fast, memory stays
 * bounded, and internal calls, which finish work that was accepted, never wait for public ones. The concurrency of public
 * calls adapts to their durations and to the delay of the event loop.
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
  const kinds = new Map<DescMethod, CallClass>();
  // An option of the contract is decoded at each look, so the class is kept.
  const kindOf = (method: DescMethod): CallClass => {
    const kind = kinds.get(method) ?? classOf(method, heavyOnes);
    kinds.set(method, kind);
    return kind;
  };
  const room = new ArrivalRoom(limits.arrivingBytes);
  const refused = admissionMetrics(gates, registry);
  const refuse = (kind: CallClass, why: (typeof refusals)[number]): AppError => {
    refused.inc({ class: kind, why });
    return new AppError('unavailable', 'OVERLOADED', 'too many calls at once; try again', { retryAfterSeconds: 1 });
  };
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

  const tickAll = (lateMs: number): boolean =>
    Object.values(adapters)
      .map((adapter) => adapter.tick(lateMs))
      .every((isDone) => isDone);
  const ticker = createTicker(tickAll);

  return {
    enter: async (method, signal) => {
      ticker.wake();
      const kind = kindOf(method);
      const gate = gates[kind];
      try {
        const release = gate.tryEnter() ?? (await gate.enter({ signal: signal() }));
        return createPermit(release, gates.stream, adapters[kind]?.began());
      } catch (error) {
        throw refuse(kind, error instanceof GateClosed ? error.why : 'other');
      }
    },
    tryEnter: (method) => {
      ticker.wake();
      return gates[kindOf(method)].tryEnter();
    },
    receive: (method) => new ArrivingBody(room, () => refuse(kindOf(method), 'bodies')),
    stop: ticker.stop,
  };
}

function createPermit(releaseFirst: () => void, streams: Gate, ended: (() => void) | undefined): Permit {
  let users = 0;
  let release = (): void => {
    ended?.();
    releaseFirst();
  };
  return {
    retain: () => {
      users++;
      let isUsed = true;
      return () => {
        if (!isUsed) return;
        isUsed = false;
        users--;
        if (users === 0) release();
      };
    },
    exchangeForStream: () => {
      const releaseStream = streams.tryEnter();
      if (releaseStream === undefined) return false;
      release();
      release = releaseStream;
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
  const refused = new Counter({
    name: 'rpc_refused_total',
    help: 'Calls refused because of overload',
    labelNames: ['class', 'why'] as const,
    registers: [registry],
  });
  for (const kind of callClasses) for (const why of refusals) refused.inc({ class: kind, why }, 0);
  return refused;
}
