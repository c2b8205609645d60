import type {
  KeysAnswer,
  KeysRequest,
  MetadataAnswer,
  MetadataRequest,
  Operations,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
} from '../../protocol/messages.ts';

/** The operations of a server, where all of them are asked for in one way. */
export abstract class AskedOperations implements Operations {
  /** The answer is not looked at yet. */
  abstract ask(operation: keyof Operations, request: object): Promise<unknown>;

  pull(request: PullRequest): Promise<PullAnswer> {
    return this.ask('pull', request) as Promise<PullAnswer>;
  }

  metadata(request: MetadataRequest): Promise<MetadataAnswer> {
    return this.ask('metadata', request) as Promise<MetadataAnswer>;
  }

  keys(request: KeysRequest): Promise<KeysAnswer> {
    return this.ask('keys', request) as Promise<KeysAnswer>;
  }

  push(request: PushRequest): Promise<PushAnswer> {
    return this.ask('push', request) as Promise<PushAnswer>;
  }
}
