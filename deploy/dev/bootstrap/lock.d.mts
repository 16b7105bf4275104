export interface LockHolder {
  readonly pid: number;
  readonly identity: string;
}
export declare function lockHolder(file: string): LockHolder | undefined;
export declare function tryLock(file: string, pid?: number): boolean;
export declare function lock(file: string, onWait?: (holder: LockHolder) => void): Promise<() => void>;
export declare function unlock(file: string): void;
