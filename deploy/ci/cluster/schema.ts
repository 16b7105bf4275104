import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import { AppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject';
import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { titleOf, type ClusterObject } from './objects.ts';

const file = z.object({
  release: z.string(),
  kinds: z.record(z.string(), z.string()),
  definitions: z.record(z.string(), z.unknown()),
});

interface Model {
  readonly validate: () => void;
}

/** Custom resources. npm packages that are generated from their definitions contain the schemas. */
const customKinds: Readonly<Record<string, (value: never) => Model>> = {
  'argoproj.io/v1alpha1 Application': (value) => new Application(value),
  'argoproj.io/v1alpha1 AppProject': (value) => new AppProject(value),
  'cert-manager.io/v1 Certificate': (value) => new Certificate(value),
};

/** Gives a function that checks an object against the schema of its kind and returns what is wrong with it. */
export function createSchemaCheck(): (object: ClusterObject) => string[] {
  const text = readFileSync(join(import.meta.dirname, '../schemas/kubernetes.json'), 'utf8');
  const { kinds, definitions } = file.parse(JSON.parse(text));
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ definitions }, 'kubernetes');
  const validators = new Map<string, ValidateFunction>();

  function builtIn(object: ClusterObject, name: string): string[] {
    const validate = validators.get(name) ?? ajv.compile({ $ref: `kubernetes#/definitions/${name}` });
    validators.set(name, validate);
    if (validate(object.raw)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '/'} ${message ?? ''} ${'additionalProperty' in params ? String(params['additionalProperty']) : ''}`,
    );
  }

  return (object) => {
    const builtInName = kinds[`${object.apiVersion.replace('/', '.')}.${object.kind}`];
    const custom = customKinds[`${object.apiVersion} ${object.kind}`];
    const problems =
      builtInName !== undefined
        ? builtIn(object, builtInName)
        : custom !== undefined
          ? modelProblems(() => custom(object.raw as never))
          : [
              `no schema is known for ${object.apiVersion} ${object.kind}: add the kind to deploy/ci/schemas/generate.ts`,
            ];
    return problems.map((problem) => `${titleOf(object)}: ${problem.trimEnd()}`);
  };
}

function modelProblems(make: () => Model): string[] {
  try {
    make().validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
