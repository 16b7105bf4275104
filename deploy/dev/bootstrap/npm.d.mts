export interface NpmCommand {
  readonly command: string;
  readonly args: string[];
  readonly env: NodeJS.ProcessEnv;
}
export declare function npmCommand(node: string, args: string[], env?: NodeJS.ProcessEnv): NpmCommand;
