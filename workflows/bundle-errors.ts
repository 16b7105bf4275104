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

/** Collects the errors of webpack, which the SDK only prints. `root` is the folder that the paths are relative to. */
export function collectErrors(root: string): { readonly hook: WebpackHook; readonly errors: string[] } {
  const errors: string[] = [];
  const hook: WebpackHook = (config) => ({
    ...config,
    plugins: [
      ...(config.plugins ?? []),
      (compiler) =>
        compiler.hooks.done.tap('errors', (stats) => {
          const found = stats.toJson({ all: false, errors: true, moduleTrace: false }).errors ?? [];
          errors.push(...found.map((error) => tellWebpackError(error, root)));
        }),
    ],
  });
  return { hook, errors };
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
