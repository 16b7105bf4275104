import { toBinary, type DescFile, type DescMessage, type DescService } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { file_google_rpc_error_details } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { ServerReflection, type ServerReflectionRequest } from '../../../proto/gen/grpc/reflection/v1/reflection_pb.ts';
import {
  ServerReflection as ServerReflectionAlpha,
  type ServerReflectionRequest as ServerReflectionRequestAlpha,
} from '../../../proto/gen/grpc/reflection/v1alpha/reflection_pb.ts';

type AnyRequest = ServerReflectionRequest | ServerReflectionRequestAlpha;

/** An answer in both versions, whose messages have the same fields. */
type MessageResponse =
  | { readonly case: 'listServicesResponse'; readonly value: { readonly service: { readonly name: string }[] } }
  | { readonly case: 'fileDescriptorResponse'; readonly value: { readonly fileDescriptorProto: Uint8Array[] } }
  | {
      readonly case: 'allExtensionNumbersResponse';
      readonly value: { readonly baseTypeName: string; readonly extensionNumber: number[] };
    }
  | { readonly case: 'errorResponse'; readonly value: { readonly errorCode: number; readonly errorMessage: string } };

function withDependencies(roots: readonly DescFile[]): Map<string, DescFile> {
  const files = new Map<string, DescFile>();
  const visit = (file: DescFile) => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    file.dependencies.forEach(visit);
  };
  roots.forEach(visit);
  return files;
}

function notFound(what: string): MessageResponse {
  return { case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: `${what} is not known` } };
}

/** The file first, then all files that it imports, so that clients need not ask again. */
function fileAnswer(file: DescFile | undefined, what: string): MessageResponse {
  if (file === undefined) return notFound(what);
  const fileDescriptorProto = [...withDependencies([file]).values()].map(({ proto }) =>
    toBinary(FileDescriptorProtoSchema, proto),
  );
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function createAnswer(services: readonly DescService[]) {
  // Errors have details of these types, which no service imports.
  const files = withDependencies([...services.map(({ file }) => file), file_google_rpc_error_details]);
  const symbols = new Map<string, DescFile>();
  const addMessage = (message: DescMessage) => {
    for (const desc of [message, ...message.nestedEnums, ...message.nestedExtensions]) {
      symbols.set(desc.typeName, message.file);
    }
    for (const field of message.fields) symbols.set(`${message.typeName}.${field.name}`, message.file);
    message.nestedMessages.forEach(addMessage);
  };
  for (const file of files.values()) {
    file.messages.forEach(addMessage);
    for (const desc of [...file.enums, ...file.services, ...file.extensions]) symbols.set(desc.typeName, file);
    for (const service of file.services) {
      for (const method of service.methods) symbols.set(`${service.typeName}.${method.name}`, file);
    }
  }
  const extensionsOf = (typeName: string) =>
    [...files.values()].flatMap((file) => file.extensions).filter(({ extendee }) => extendee.typeName === typeName);

  return ({ messageRequest: asked }: AnyRequest): MessageResponse => {
    switch (asked.case) {
      case 'listServices':
        return {
          case: 'listServicesResponse',
          value: { service: services.map(({ typeName }) => ({ name: typeName })) },
        };
      case 'fileByFilename':
        return fileAnswer(files.get(asked.value), asked.value);
      case 'fileContainingSymbol':
        return fileAnswer(symbols.get(asked.value.replace(/^\./, '')), asked.value);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = asked.value;
        const found = extensionsOf(containingType).find(({ number }) => number === extensionNumber);
        return fileAnswer(found?.file, `extension ${extensionNumber} of ${containingType}`);
      }
      case 'allExtensionNumbersOfType': {
        if (!symbols.has(asked.value)) return notFound(asked.value);
        const extensionNumber = extensionsOf(asked.value).map(({ number }) => number);
        return { case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } };
      }
      case undefined:
        return { case: 'errorResponse', value: { errorCode: Code.InvalidArgument, errorMessage: 'nothing was asked' } };
    }
  };
}

/**
 * Registers `grpc.reflection.v1.ServerReflection` for the given services and everything that they import, and the same
 * as `grpc.reflection.v1alpha`, the only version that some clients speak (grpcio-reflection of Python).
 */
export function registerReflection(router: ConnectRouter, services: readonly DescService[]): void {
  const answer = createAnswer(services);
  const answerAll = async function* <R extends AnyRequest>(requests: AsyncIterable<R>) {
    for await (const request of requests) {
      yield { validHost: request.host, originalRequest: request, messageResponse: answer(request) };
    }
  };
  const unguarded = { interceptors: [] };
  router.service(ServerReflection, { serverReflectionInfo: (requests) => answerAll(requests) }, unguarded);
  router.service(ServerReflectionAlpha, { serverReflectionInfo: (requests) => answerAll(requests) }, unguarded);
}
