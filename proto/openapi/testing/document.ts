import type { DescMethod } from '@bufbuild/protobuf';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { bindingsOf, type Binding } from '../bindings.ts';
import { buildOpenApi } from '../build.ts';
import { publicServices } from '../public-services.ts';

export const publicMethods: readonly DescMethod[] = publicServices.flatMap(({ methods }) => methods);
export const publicBindings: readonly Binding[] = publicMethods.flatMap(bindingsOf);

export const document = buildOpenApi(publicServices);

/** Validators of the document's schemas, by JSON pointer into it. */
export function createValidators(of: object): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('int32', true).addFormat('int64', true).addFormat('uint32', true).addFormat('uint64', true);
  ajv.addSchema({ $id: 'openapi', ...of });
  return (pointer) => {
    const validate = ajv.getSchema(`openapi${pointer}`);
    if (validate === undefined) throw new Error(`no schema at ${pointer}`);
    return validate;
  };
}
