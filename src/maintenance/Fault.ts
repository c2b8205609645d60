/**
 * What is wrong, by what can be done about it:
 *
 * | code               | what it says                                                                     |
 * | ------------------ | -------------------------------------------------------------------------------- |
 * | `corrupt`          | it is there and cannot be read, or not all of it                                 |
 * | `missing`          | the index or the head leads to it, and nothing is there                          |
 * | `miscounted`       | all of it can be read, and the index says something else about it                |
 * | `lost`             | what was lost of it before was not had from elsewhere yet                        |
 * | `evicted`          | an export lacks it: it was taken away to make room, export the cloud             |
 * | `upgrade-needed`   | a newer version wrote it: update, it is left as it is                            |
 * | `cloud-unreadable` | the key that it is encrypted with is not there: it is left as it is              |
 */
export type FaultCode =
  | 'corrupt'
  | 'missing'
  | 'miscounted'
  | 'lost'
  | 'evicted'
  | 'upgrade-needed'
  | 'cloud-unreadable';

/** One thing that is wrong with a tier. */
export interface Fault {
  readonly code: FaultCode;
  /** Null: it is about the tier as a whole. */
  readonly entityKey: string | null;
  /** What it stands under. */
  readonly object: string;
  /** The whole sentence, for people. */
  readonly message: string;
}

/** Whether the faulty thing may be replaced: what only another version or another key can read is left alone. */
export const isMendable = ({ code }: Fault): boolean => code !== 'upgrade-needed' && code !== 'cloud-unreadable';
