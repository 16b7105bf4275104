/** Prints the OpenAPI document of the public contract, as proto/gen has it: `proto/generate.ts` keeps it there. */
import { buildOpenApi } from './build.ts';
import { publicServices } from './public-services.ts';

process.stdout.write(`${JSON.stringify(buildOpenApi(publicServices), undefined, 2)}\n`);
