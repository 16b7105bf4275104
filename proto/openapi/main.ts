/** Prints the OpenAPI document of the public contract. `proto/generate.ts` writes it to proto/gen. */
import { buildOpenApi } from './build.ts';
import { publicServices } from './public-services.ts';

process.stdout.write(`${JSON.stringify(buildOpenApi(publicServices), undefined, 2)}\n`);
