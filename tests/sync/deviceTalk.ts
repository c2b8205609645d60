import type { S3Options } from 'tiersync/adapters/s3';

/** What all devices share. */
export type DeviceCloud =
  | ({ readonly kind: 's3' | 'fetch' } & Pick<S3Options, 'endpoint' | 'bucket'> & {
        readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
      })
  | { readonly kind: 'folder'; readonly folder: string };

/** What a device is told when it starts. */
export interface DeviceTask {
  readonly device: string;
  readonly folder: string;
  readonly cloud: DeviceCloud;
  readonly seed: number;
  /** How far its clock is ahead. */
  readonly clockMs: number;
  /** The edits that it is to make, by their numbers. */
  readonly from: number;
  readonly to: number;
  readonly idsAGroup: number;
}

export interface Note {
  /** Of no other edit. */
  readonly label: string;
  readonly ballast: string;
}

/** One edit; `label` null: a deletion. `from`: the label of what it replaced. */
export interface Tried {
  readonly id: string;
  readonly label: string | null;
  readonly stamp: number;
  readonly from: string | null;
}

export interface Shown {
  readonly id: string;
  readonly label: string;
  readonly version: number;
  readonly stamp: number;
}

/** What one sync cost: of the puts on the head, those that lost to another device's, and how many in a row. */
export interface Synced {
  readonly requests: number;
  readonly puts: number;
  readonly lost: number;
  readonly lostInARow: number;
  readonly error?: string;
}

/** What a device says, a line each. */
export type Said =
  | { readonly tried: Tried }
  /** All that was tried before is there now: on this device, or in the cloud. */
  | { readonly confirmed: 'local' | 'cloud' }
  | { readonly conflict: { readonly id: string; readonly labels: readonly (string | null)[] } }
  | { readonly sync: Synced }
  | { readonly failed: string }
  | { readonly bad: string }
  | { readonly report: { readonly records: readonly Shown[]; readonly pending: number } }
  | { readonly at: 'work' | 'end' }
  | { readonly answered: string };
