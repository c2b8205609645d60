import type { KeysRequest, MetadataRequest, PullRequest, PushAnswer, PushRequest } from '../protocol/messages.ts';
import { requestFaults } from '../protocol/requestFaults.ts';
import type { SocketOperation } from '../protocol/socketMessages.ts';
import { Denial } from './Denial.ts';
import { admit } from './limits/admit.ts';
import type { ServerLimits } from './limits/ServerLimits.ts';
import type { WriteLimiter } from './limits/WriteLimiter.ts';
import type { Principal } from './Principal.ts';
import type { SyncOperations } from './SyncOperations.ts';

/** The operations that both doors know. */
export type DeskOperation = Exclude<SocketOperation, 'subscribe'>;

/** Where a request is looked at before it is done, whichever door it came by. */
export class Desk {
  readonly #service: SyncOperations;
  readonly #limits: ServerLimits;
  readonly #writes: WriteLimiter;
  readonly #faultOf: ReturnType<typeof requestFaults>;

  constructor(service: SyncOperations, limits: ServerLimits, writes: WriteLimiter) {
    this.#service = service;
    this.#limits = limits;
    this.#writes = writes;
    this.#faultOf = requestFaults(limits);
  }

  /** Throws what is wrong with a request. */
  check(operation: SocketOperation, request: unknown): void {
    const { changes } = Object(request) as { readonly changes?: unknown };
    if (operation === 'push' && Array.isArray(changes) && changes.length > this.#limits.batch) {
      // Whoever hears this divides what it sends.
      throw new Denial('too-large', `push: ${changes.length} changes, and ${this.#limits.batch} are taken at once`);
    }
    const fault = this.#faultOf(operation, request);
    if (fault !== undefined) throw new Denial('bad-request', fault);
  }

  async answer(principal: Principal, operation: DeskOperation, request: unknown): Promise<object> {
    this.check(operation, request);
    const service = this.#service;
    if (operation === 'pull') return service.pull(principal, request as PullRequest);
    if (operation === 'metadata') return service.metadata(principal, request as MetadataRequest);
    if (operation === 'keys') return service.keys(principal, request as KeysRequest);
    this.#writes.take(principal);
    return this.#push(principal, request as PushRequest);
  }

  /** Whether somebody writes on and on although told to wait. */
  isFlooding(principal: Principal): boolean {
    return this.#writes.isFlooding(principal);
  }

  /** Counts a write that comes by no operation. */
  countWrite(principal: Principal): void {
    this.#writes.take(principal);
  }

  async #push(principal: Principal, request: PushRequest): Promise<PushAnswer> {
    const { changes, resultsOf } = admit(request.changes, this.#limits);
    const answer = await this.#service.push(principal, { ...request, changes });
    return 'stale' in answer ? answer : { ...answer, results: resultsOf(answer.results) };
  }
}
