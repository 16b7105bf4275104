/**
 * Reads the comments of the contract's elements for the OpenAPI document. Generated code does not keep them.
 */
import { fromBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { execFileSync } from 'node:child_process';

type Names = Map<string, string>;

// Field numbers in descriptor.proto. The location of a comment is a path of these numbers and of indexes.
const inFile = { messages: 4, enums: 5, services: 6 };
const inMessage = { fields: 2, messages: 3, enums: 4 };
const inService = { methods: 2 };
const inEnum = { values: 2 };

function nameEnum(names: Names, path: readonly number[], parent: string, desc: EnumDescriptorProto): void {
  const name = `${parent}.${desc.name}`;
  names.set(path.join('.'), name);
  for (const [index, value] of desc.value.entries()) {
    names.set([...path, inEnum.values, index].join('.'), `${name}.${value.name}`);
  }
}

function nameMessage(names: Names, path: readonly number[], parent: string, desc: DescriptorProto): void {
  const name = `${parent}.${desc.name}`;
  names.set(path.join('.'), name);
  for (const [index, field] of desc.field.entries()) {
    names.set([...path, inMessage.fields, index].join('.'), `${name}.${field.name}`);
  }
  for (const [index, nested] of desc.nestedType.entries()) {
    nameMessage(names, [...path, inMessage.messages, index], name, nested);
  }
  for (const [index, nested] of desc.enumType.entries()) {
    nameEnum(names, [...path, inMessage.enums, index], name, nested);
  }
}

/** The full name of every element of a file, by its path in the descriptor. */
function namesOf(file: FileDescriptorProto): Names {
  const names: Names = new Map();
  for (const [index, desc] of file.messageType.entries())
    nameMessage(names, [inFile.messages, index], file.package, desc);
  for (const [index, desc] of file.enumType.entries()) nameEnum(names, [inFile.enums, index], file.package, desc);
  for (const [index, service] of file.service.entries()) {
    const name = `${file.package}.${service.name}`;
    names.set([inFile.services, index].join('.'), name);
    for (const [at, method] of service.method.entries()) {
      names.set([inFile.services, index, inService.methods, at].join('.'), `${name}.${method.name}`);
    }
  }
  return names;
}

function commentsOf(file: FileDescriptorProto): [string, string][] {
  const names = namesOf(file);
  return (file.sourceCodeInfo?.location ?? []).flatMap((location): [string, string][] => {
    const name = names.get(location.path.join('.'));
    const lines = location.leadingComments.split('\n').map((line) => line.trim());
    const comment = lines.join('\n').trim();
    return name === undefined || comment === '' ? [] : [[name, comment]];
  });
}

/** All leading comments in the package `ecommerce`, by full name, as JSON text in a stable order. */
export function readComments(root: string): string {
  const image = execFileSync('buf', ['build', '-o', '-', '--as-file-descriptor-set', '--path', 'proto/ecommerce'], {
    cwd: root,
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const files = fromBinary(FileDescriptorSetSchema, image).file.filter((file) => file.package.startsWith('ecommerce.'));
  const comments = files.flatMap(commentsOf).sort(([left], [right]) => (left < right ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(comments), undefined, 2)}\n`;
}
