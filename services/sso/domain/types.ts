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

/** A user as a login reads them. */
export interface UserWithCredentials extends UserWithPassword {
  /** Counts the changes of the password by the user. */
  readonly passwordVersion: number;
}

/** The calling program. */
export interface SessionClient {
  /** The client's IP address; empty for a call within the process. */
  readonly address: string;
  /** The client's User-Agent header, which may be false. */
  readonly userAgent: string;
}

/** The caller by a verified access token. */
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
  /** As it was sent. */
  readonly password: string;
  readonly client: SessionClient;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token expires. */
  readonly expiresInSeconds: number;
}

export interface SignedIn {
  readonly user: User;
  readonly tokens: Tokens;
}
