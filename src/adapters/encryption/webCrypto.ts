import { TierSyncError } from '../../errors.ts';

/** Bytes as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The platform's own: keys and nonces come from nowhere else, whatever the app's environment says of chance. */
export function webCrypto(): Crypto {
  const { crypto } = globalThis as { readonly crypto?: Crypto };
  if (typeof crypto?.subtle === 'object') return crypto;
  throw new TierSyncError(
    'unavailable',
    'there is no crypto.subtle here, so nothing can be encrypted: browsers give it only to pages that came by https or ' +
      'from localhost; serve this page by https',
  );
}

export const randomBytes = (length: number): Bytes => webCrypto().getRandomValues(new Uint8Array(length));
