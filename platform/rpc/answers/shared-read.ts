import {
  getOption,
  isMessage,
  type DescMessage,
  type DescMethod,
  type DescMethodUnary,
  type MessageShape,
} from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { access, Access } from '../../../proto/gen/ecommerce/options/v1/access_pb.ts';
import type { Service, SharedRead } from '../../service.ts';

/** Makes a shared read of a method. */
export function sharedRead<Input extends DescMessage, Output extends DescMessage>(
  method: DescMethodUnary<Input, Output>,
  prepare: (request: MessageShape<Input>) => () => MessageShape<Output> | undefined,
): SharedRead {
  return {
    method,
    prepare: (request) => {
      if (!isMessage(request, method.input)) throw new TypeError(`${method.toString()} got a ${request.$typeName}`);
      return prepare(request);
    },
  };
}

/** Fields that REST also takes from a header. Requests with the same URL could then differ. */
const fromHeaders = ['request_id', 'wait'];

function check({ method }: SharedRead): void {
  const isPublic = getOption(method, access) === Access.ANYONE;
  const isRead = method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const isWhole = !method.input.fields.some(({ name }) => fromHeaders.includes(name));
  if (isPublic && isRead && isWhole) return;
  throw new Error(
    `${method.toString()} cannot be a shared read: it must be a read (NO_SIDE_EFFECTS) for anyone, ` +
      `without the fields ${fromHeaders.join(' and ')}`,
  );
}

export type SharedReads = ReadonlyMap<DescMethod, SharedRead>;

/** The shared reads of services, by method. @throws if the contract does not allow one: see `SharedRead` */
export function sharedReadsOf(services: readonly Service[]): SharedReads {
  const reads = services.flatMap(({ sharedReads = [] }) => sharedReads);
  for (const read of reads) check(read);
  return new Map(reads.map((read) => [read.method, read]));
}
