import { isMessage, ScalarType, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';

const name = 'etag';

function hasEtag(desc: DescMessage | undefined): boolean {
  return desc?.fields.some((field) => field.name === name && field.scalar === ScalarType.STRING) === true;
}

/**
 * The path of the field with the etag that a resource must still have so that the request changes it; undefined if the
 * request takes none.
 * @param variables field paths of the route's variables: `product.product_id` names a resource in the request
 */
export function etagPathOf(input: DescMessage, variables: readonly string[]): string | undefined {
  if (hasEtag(input)) return name;
  const parents = variables.flatMap((path) => (path.includes('.') ? [path.slice(0, path.lastIndexOf('.'))] : []));
  const parent = parents.find((path) => hasEtag(input.fields.find((field) => field.name === path)?.message));
  return parent === undefined ? undefined : `${parent}.${name}`;
}

const resources = new WeakMap<DescMessage, { readonly field: DescField | undefined }>();

/** The field of an answer that has its one resource, if that has an etag. */
export function resourceField(output: DescMessage): DescField | undefined {
  const known = resources.get(output);
  if (known !== undefined) return known.field;
  const found = output.fields.filter(({ fieldKind, message }) => fieldKind === 'message' && hasEtag(message));
  const field = found.length === 1 ? found[0] : undefined;
  resources.set(output, { field });
  return field;
}

/** The etag of the one resource in an answer; undefined for other answers. */
export function etagIn(output: DescMessage, answer: Message): string | undefined {
  const field = resourceField(output);
  const resource: unknown = field && Reflect.get(answer, field.localName);
  if (!isMessage(resource)) return undefined;
  const etag: unknown = Reflect.get(resource, name);
  return typeof etag === 'string' && etag !== '' ? etag : undefined;
}
