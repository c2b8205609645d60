import type {
  KeysAnswer,
  KeysRequest,
  MetadataAnswer,
  MetadataRequest,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
} from '../protocol/messages.ts';
import type { Principal } from './Principal.ts';
import type { ChangeListener } from './SyncStore.ts';

/** A commit as it concerns one principal. */
export interface Heard {
  readonly answer: PullAnswer;
  /** The device whose commits these are, where they are all of one; it need not hear of them. */
  readonly device: string | null;
  /** What the contents take; more than was asked for where one commit alone does. */
  readonly bytes: number;
}

/** What stands behind every door of the server: HTTP, sockets, and the application's own code. */
export interface SyncOperations {
  pull(principal: Principal, request: PullRequest): Promise<PullAnswer>;
  metadata(principal: Principal, request: MetadataRequest): Promise<MetadataAnswer>;
  keys(principal: Principal, request: KeysRequest): Promise<KeysAnswer>;
  push(principal: Principal, request: PushRequest): Promise<PushAnswer>;
  /** As `pull`, and whose commits they are; the contents of several take at most so many bytes. */
  hear(principal: Principal, request: PullRequest, most?: number): Promise<Heard>;
  /** Calls back after every commit and every change of permissions in a tenant, of this process or another. A hint. */
  onChange(listener: ChangeListener): () => void;
}
