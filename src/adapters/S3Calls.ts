/** One object as S3 answers with it. The ETag comes and goes as it is, quotes and all. */
export interface S3Object {
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  readonly time: Date | undefined;
}

export type S3Written = Omit<S3Object, 'bytes'>;

/** At most one of them: stores differ in what they make of both. */
export interface S3Condition {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: '*';
}

export interface S3Page {
  readonly entries: readonly { readonly key: string; readonly size: number; readonly time: Date | undefined }[];
  /** Undefined: this was no listing at all. */
  readonly isTruncated: boolean | undefined;
  readonly next: string | undefined;
}

/** The four requests that a bucket is made of, by whichever client. Whatever is no success is thrown as an `S3Failure`. */
export interface S3Calls {
  /** Says how many bytes are coming, once that is known. */
  get(
    key: string,
    ifNoneMatch: string | undefined,
    signal: AbortSignal,
    onLength: (bytes: number) => void,
  ): Promise<S3Object>;
  put(key: string, bytes: Uint8Array<ArrayBuffer>, condition: S3Condition, signal: AbortSignal): Promise<S3Written>;
  delete(key: string, signal: AbortSignal): Promise<void>;
  list(prefix: string, from: string | undefined, signal: AbortSignal): Promise<S3Page>;
  close(): void;
}
