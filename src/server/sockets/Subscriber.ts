/** Somebody who hears of collections by a socket of this server. What of them is told is decided for each change. */
export interface Subscriber {
  readonly tenant: string;
  readonly userId: string;
  readonly device: string;
  /** Empty: all that may be read. */
  readonly collections: readonly string[];
}

/** For applications that want to know who listens. Whatever they do with it, the socket is served. */
export interface SubscriptionListeners {
  readonly onSubscribe?: ((subscriber: Subscriber) => unknown) | undefined;
  /** The socket is gone, or has subscribed to something else. */
  readonly onUnsubscribe?: ((subscriber: Subscriber) => unknown) | undefined;
}

export const hearsOf = ({ collections }: Subscriber, collection: string): boolean =>
  collections.length === 0 || collections.includes(collection);
