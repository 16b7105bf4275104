import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { baseUrl } from '../drivers/driver.ts';

interface Media {
  readonly schema: object;
}
interface Described {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Described>>;
}
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Described>> };
}

/** Reads the OpenAPI document of the running platform. */
export async function readOpenApi(): Promise<OpenApi> {
  return (await (await fetch(`${baseUrl()}/openapi.json`)).json()) as OpenApi;
}

/** Checks answers against the OpenAPI document. */
export class Description {
  readonly #document: OpenApi;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(document: OpenApi) {
    this.#document = document;
    formats.default(this.#ajv);
    for (const name of ['int32', 'int64', 'uint32', 'uint64']) this.#ajv.addFormat(name, true);
    this.#ajv.addSchema({ $id: 'openapi', ...document });
  }

  get operations(): readonly Operation[] {
    return Object.values(this.#document.paths).flatMap((item) => Object.values(item));
  }

  /** The operation that serves a request. Undefined if none does. Paths without variables come first. */
  operation(method: string, path: string): Operation | undefined {
    const templates = Object.keys(this.#document.paths).toSorted(
      (left, right) => left.split('{').length - right.split('{').length,
    );
    const template = templates.find((each) => {
      const pattern = each.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '[^/:]+');
      return new RegExp(`^${pattern}$`).test(path);
    });
    return template === undefined ? undefined : this.#document.paths[template]?.[method.toLowerCase()];
  }

  /** How an answer differs from the description of its operation. Empty if it does not. */
  faultsOf(operation: Operation, answer: { status: number; contentType: string; body: unknown }): string[] {
    const named = operation.responses[String(answer.status)] ?? operation.responses['default'];
    const response =
      named?.$ref === undefined ? named : this.#document.components.responses[named.$ref.split('/').at(-1) ?? ''];
    const media = response?.content?.[answer.contentType];
    if (media === undefined)
      return [`${operation.operationId}: the document does not describe ${answer.status} ${answer.contentType}`];
    const reference = '$ref' in media.schema ? { $ref: `openapi${String(media.schema.$ref)}` } : media.schema;
    return this.#ajv.validate(reference, answer.body) ? [] : [`${operation.operationId}: ${this.#ajv.errorsText()}`];
  }
}
