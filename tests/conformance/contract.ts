import {
  create,
  createFileRegistry,
  fromBinary,
  setExtension,
  type DescMessage,
  type DescService,
  type Registry,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { readFileSync } from 'node:fs';
import { access, Access } from '../../proto/gen/ecommerce/options/v1/access_pb.ts';

/** The contract of the official suite. No code is generated from it: its messages are read and made as JSON. */
export interface Contract {
  readonly registry: Registry;
  readonly service: DescService;
  readonly message: (name: string) => DescMessage;
}

const ofSuite = 'connectrpc.conformance.v1';

/**
 * Reads the descriptors of the suite. Its methods are opened to anyone: our server refuses methods that do not say who
 * may call them.
 */
export function readContract(file: string): Contract {
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(file));
  for (const method of set.file.flatMap((each) => each.service).flatMap((each) => each.method)) {
    method.options ??= create(MethodOptionsSchema);
    setExtension(method.options, access, Access.ANYONE);
  }
  const registry = createFileRegistry(set);
  const service = registry.getService(`${ofSuite}.ConformanceService`);
  if (service === undefined) throw new Error(`${file} has no ConformanceService`);
  return {
    registry,
    service,
    message: (name) => {
      const found = registry.getMessage(`${ofSuite}.${name}`);
      if (found === undefined) throw new Error(`the suite has no message ${name}`);
      return found;
    },
  };
}
