import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import type { bundleWorkflowCode } from '@temporalio/worker';

type WebpackHook = NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>;

/** What webpack tells of one error. */
interface WebpackError {
  readonly message: string;
  readonly moduleName?: string | undefined;
  /** `<line>:<columns>` */
  readonly loc?: string | undefined;
}

/** The workflow code has errors, so there is no bundle of it. The message tells them with their files and lines. */
export class WorkflowCodeError extends Error {
  override readonly name = 'WorkflowCodeError';

  constructor(errors: readonly string[]) {
    super(['the workflow code cannot be bundled', ...errors].join('\n'));
    // The places of the errors are in the message, and the place of this one is of no use.
    this.stack = `${this.name}: ${this.message}`;
  }
}

export interface CollectedErrors {
  readonly hook: WebpackHook;
  /** Each with its file and line. @param failure what the SDK throws */
  readonly tell: (failure: unknown) => readonly string[];
}

/** Collects the errors of webpack, which the SDK only prints. `root` is the folder that the paths are relative to. */
export function collectErrors(root: string): CollectedErrors {
  const errors: WebpackError[] = [];
  const imports: BuiltinImport[] = [];
  const hook: WebpackHook = (config) => ({
    ...config,
    externals: [
      ...[config.externals ?? []].flat(),
      // It is asked about every import. The SDK's own tells the names of modules that it refuses, and not who imports them.
      async ({ request = '', contextInfo }: Asked) => {
        if (isBuiltin(request)) imports.push({ request, issuer: contextInfo?.issuer ?? '' });
        return undefined;
      },
    ],
    plugins: [
      ...(config.plugins ?? []),
      (compiler) =>
        compiler.hooks.done.tap('errors', (stats) => {
          errors.push(...(stats.toJson({ all: false, errors: true, moduleTrace: false }).errors ?? []));
        }),
    ],
  });
  return {
    hook,
    tell: (failure) => {
      // Webpack refuses `node:fs` as an unknown scheme, and the SDK refuses `fs`.
      const [schemes, others] = partition(errors, ({ moduleName = '' }) => moduleName.startsWith('node:'));
      const said = others.map((error) => tellWebpackError(error, root));
      const message = failure instanceof Error ? failure.message : String(failure);
      const isRefused = ({ request }: BuiltinImport): boolean =>
        schemes.some(({ moduleName }) => moduleName === request) ||
        (errors.length === 0 && message.includes(`'${request.replace(/^node:/, '')}'`));
      const refused = imports.filter(isRefused).map((found) => tellImport(found, root));
      if (refused.length > 0) said.push(...new Set(refused), whatToDo);
      return said.length > 0 ? said : [message];
    },
  };
}

/** What webpack tells of an import. */
interface Asked {
  readonly request?: string;
  readonly contextInfo?: { readonly issuer: string };
}

/** A file imports a module of Node. */
interface BuiltinImport {
  readonly request: string;
  readonly issuer: string;
}

const whatToDo =
  'A workflow runs again from its history, so it must not read anything else: move such code to an activity, or use `import type`.';

function tellImport({ request, issuer }: BuiltinImport, root: string): string {
  const lines = issuer === '' ? [] : readFileSync(issuer, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(`'${request}'`) || line.includes(`"${request}"`));
  const place = [relative(root, issuer), ...(at < 0 ? [] : [at + 1])].join(':');
  return `${place}: a workflow must not import '${request}'`;
}

function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

/** One error: its file, its line and what is wrong, and the lines of code around it if the compiler shows them. */
function tellWebpackError({ message, moduleName, loc }: WebpackError, root: string): string {
  // After these words come stacks of the tools.
  const said = message.split(/\n\s*Caused by:|\n\s+at /)[0] ?? '';
  const text = said.replace(/^Module build failed[^\n]*?: ?\n?(?=\S)/, '').replace(/^Error:\s+(?:x )?/, '');
  const frame = /,-\[(?<file>.+?):(?<line>\d+):\d+\]/.exec(text)?.groups;
  const file = frame?.['file'] === undefined ? moduleName : relative(root, frame['file']);
  const line = frame?.['line'] ?? /^\d+/.exec(loc ?? '')?.[0];
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return [place, text.replace(/^Module not found: Error: /, '').trimEnd()].filter((part) => part !== '').join(': ');
}
