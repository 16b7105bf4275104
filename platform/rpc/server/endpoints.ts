import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  createMethodImplSpec,
  createServiceImplSpec,
  type ConnectRouter,
  type MethodImpl,
  type MethodImplSpec,
  type ServiceImpl,
} from '@connectrpc/connect';
import type { Guard } from '../interceptors/guard.ts';

/** A method that this process serves. */
interface Endpoint {
  /** The handler. */
  readonly spec: MethodImplSpec;
  readonly guard: Guard;
}

export type Endpoints = ReadonlyMap<DescMethod, Endpoint>;

/** Notes what is registered. It makes no handlers of protocols. */
class Register implements ConnectRouter {
  readonly handlers = [];
  readonly specs: MethodImplSpec[] = [];

  service<T extends DescService>(service: T, implementation: Partial<ServiceImpl<T>>): this {
    this.specs.push(...Object.values(createServiceImplSpec(service, implementation).methods));
    return this;
  }

  rpc<M extends DescMethod>(method: M, implementation: MethodImpl<M>): this {
    this.specs.push(createMethodImplSpec(method, implementation));
    return this;
  }
}

/** The methods that `routes` registers. */
export function endpointsOf(
  routes: (router: ConnectRouter) => void,
  guardOf: (method: DescMethod) => Guard,
): Endpoints {
  const register = new Register();
  routes(register);
  return new Map(register.specs.map((spec) => [spec.method, { spec, guard: guardOf(spec.method) }]));
}
