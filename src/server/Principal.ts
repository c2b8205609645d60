/** Who asks, as the token says and nothing else. */
export interface Principal {
  readonly tenant: string;
  readonly userId: string;
  readonly groups: readonly string[];
  /** Milliseconds since 1970; from then on it counts as nobody. */
  readonly expiresAt?: number;
}

/** What may be done; who may `admin` something may do the rest with it, and grant it. */
export type PermissionAction = 'read' | 'write' | 'delete' | 'admin';

/** One line of the table of permissions. What no line allows is denied; a line that denies wins over all that allow. */
export interface Permission {
  /** One of the two, never both. */
  readonly userId?: string;
  readonly groupId?: string;
  /** `*`: every collection. */
  readonly collection: string;
  /** Left out: every item of the collection. */
  readonly itemId?: string;
  /** What is allowed, or denied. */
  readonly actions: readonly PermissionAction[];
  /** `allow` unless told. */
  readonly effect?: 'allow' | 'deny';
}
