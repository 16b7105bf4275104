import type { DescMethod } from '@bufbuild/protobuf';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { publicServices } from '../../server/elsewhere.ts';
import { bindingsOf, type Binding } from '../../../../proto/openapi/bindings.ts';
import { buildOpenApi } from '../../../../proto/openapi/build.ts';

export const publicMethods: readonly DescMethod[] = publicServices.flatMap(({ methods }) => methods);
export const publicBindings: readonly Binding[] = publicMethods.flatMap(bindingsOf);

export const document = buildOpenApi({ services: publicServices, title: 'Test', version: '1.0.0' });

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
