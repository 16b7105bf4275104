export declare function identityOf(pid: number): string | undefined;
export declare function isSameProcess(pid: number, identity: string | undefined): boolean;
export declare function describeProcess(pid: number): { parent: number; command: string } | undefined;
