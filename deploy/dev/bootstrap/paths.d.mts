export declare const root: string;
export declare function cacheFolder(env?: NodeJS.ProcessEnv): string;
