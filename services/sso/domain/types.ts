export interface User {
  /** UUID. */
  readonly userId: string;
  /** Normalized, see `normalizeEmail`. */
  readonly email: string;
  readonly roles: readonly string[];
  readonly createTime: Date;
}

export interface UserWithPassword extends User {
  /** bcrypt. */
  readonly passwordHash: string;
}

/** A user as a sign-in reads them. */
export interface UserWithCredentials extends UserWithPassword {
  /** Counts the user's own changes of the password. */
  readonly passwordVersion: number;
}

/** The program that asks. */
export interface SessionClient {
  /** The client's IP address; empty within the process. */
  readonly address: string;
  /** What it calls itself; anybody can call themselves anything. */
  readonly userAgent: string;
}

/** Who asks, by a verified access token. */
export interface SessionCaller {
  readonly userId: string;
  readonly sessionId: string;
}

/** When and from where a session was last used. */
export interface SessionTrace {
  readonly lastUsedAt: Date;
  readonly userAgent: string;
  readonly clientNetwork: string;
}

export interface SessionRecord extends SessionTrace {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface Credentials {
  readonly email: string;
  /** At most 72 bytes in UTF-8, checked by the contract. */
  readonly password: string;
  readonly client: SessionClient;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the access token. */
  readonly expiresInSeconds: number;
}

export interface SignedIn {
  readonly user: User;
  readonly tokens: Tokens;
}
