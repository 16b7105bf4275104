import { create, fromBinary, toBinary, type DescFile } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import {
  credentials,
  loadPackageDefinition,
  Metadata,
  status,
  type GrpcObject,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { StatusSchema } from '../../../proto/gen/google/rpc/status_pb.ts';
import { CallError, grpcAddress, type Driver, type Json } from './driver.ts';
import { publicFiles } from './public-files.ts';

function withDependencies(files: readonly DescFile[], seen = new Map<string, DescFile>()): Map<string, DescFile> {
  for (const file of files) {
    if (seen.has(file.name)) continue;
    withDependencies(file.dependencies, seen);
    seen.set(file.name, file);
  }
  return seen;
}

function loadContract(): GrpcObject {
  const file = [...withDependencies(publicFiles).values()].map((each) => each.proto);
  const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
  return loadPackageDefinition(
    loadFileDescriptorSetFromBuffer(Buffer.from(set), { longs: String, enums: String, defaults: true }),
  );
}

function toCallError(error: ServiceError): CallError {
  const [encoded] = error.metadata.get('grpc-status-details-bin');
  const details = Buffer.isBuffer(encoded) ? fromBinary(StatusSchema, encoded).details : [];
  const info = details.find((detail) => detail.typeUrl.endsWith('google.rpc.ErrorInfo'));
  const reason = info ? fromBinary(ErrorInfoSchema, info.value).reason : '';
  return new CallError(status[error.code], reason, error.details);
}

/** Renames all fields. The reference client uses the protos' snake case, the tests use camel case as JSON does. */
function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [rename(key), renamed(each, rename)]));
}

const toSnake = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamel = (key: string) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Calls over gRPC with the reference client for Node, which shares no code with our server. */
export function grpcDriver(): Driver {
  const contract = loadContract();
  const clients = new Map<string, InstanceType<ServiceClientConstructor>>();
  const clientOf = (service: string) => {
    const known = clients.get(service);
    if (known !== undefined) return known;
    const constructor = service.split('.').reduce<unknown>((at, part) => (at as GrpcObject)[part], contract);
    const client = new (constructor as ServiceClientConstructor)(grpcAddress(), credentials.createInsecure());
    clients.set(service, client);
    return client;
  };
  return {
    name: 'gRPC',
    close: async () => clients.forEach((client) => client.close()),
    call(method, request, token) {
      const [service = '', name = ''] = method.split('/');
      const client = clientOf(service);
      const invoke = client[name];
      if (invoke === undefined) throw new Error(`the public contract has no RPC ${method}`);
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      return new Promise<Json>((resolve, reject) => {
        const onAnswer = (error: ServiceError | null, response: Json) =>
          error === null ? resolve(renamed(response, toCamel) as Json) : reject(toCallError(error));
        invoke.call(client, renamed(request, toSnake), metadata, onAnswer);
      });
    },
  };
}
