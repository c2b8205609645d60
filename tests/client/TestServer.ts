import type { Listening, ServerListener, ServerTransport } from 'tiersync/client';
import { directTransport } from 'tiersync/client';
import type { Operations, WireCursor } from '../../src/protocol/messages.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import type { Permission, Principal } from '../../src/server/Principal.ts';
import { Permissions } from '../../src/server/permissions/Permissions.ts';
import { type SyncLimits, SyncService } from '../../src/server/SyncService.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

type Name = keyof Operations;

/** One question, and what becomes of it before it reaches the server and before its answer is known. */
export interface Question {
  readonly name: Name;
  readonly request: never;
}

interface ServerSetup {
  readonly everyone?: Permission['actions'];
  readonly limits?: Partial<SyncLimits>;
}

/** A server in this process, which counts what it is asked. */
export class TestServer {
  readonly environment = new TestEnvironment({ seed: 77 });
  readonly store = new MemorySyncStore();
  readonly permissions: Permissions;
  readonly service: SyncService;
  readonly asked: Question[] = [];
  /** Called before a question arrives; to throw is a network that lost it. */
  before: (question: Question) => void | Promise<void> = () => {};
  /** Called with each answer; to throw is a network that lost it. What it returns is given in its place. */
  after: (question: Question, answer: unknown) => unknown = (_question, answer) => answer;
  /** What happens is told to nobody. */
  isMuted = false;
  readonly #listeners = new Set<ServerListener>();

  constructor({ everyone = ['read', 'write', 'delete'], limits = {} }: ServerSetup = {}) {
    const { store, environment } = this;
    this.permissions = new Permissions({ store, everyone });
    this.service = new SyncService({ store, permissions: this.permissions, environment, limits });
  }

  principal(userId: string): Principal {
    return { tenant: 'one', userId, groups: [] };
  }

  transport(userId = 'anna'): ServerTransport {
    const principal = this.principal(userId);
    const ask = async (name: Name, request: never): Promise<never> => {
      const question = { name, request };
      this.asked.push(question);
      await this.before(question);
      const answer = await this.service[name](principal, request);
      return (await this.after(question, answer)) as never;
    };
    const operations: Operations = {
      pull: (request) => ask('pull', request as never),
      metadata: (request) => ask('metadata', request as never),
      keys: (request) => ask('keys', request as never),
      push: (request) => ask('push', request as never),
    };
    return directTransport({ operations, listen: (listener) => this.#listen(principal, listener) });
  }

  /** Names of what was asked since the last time. */
  names(): Name[] {
    return this.asked.splice(0).map(({ name }) => name);
  }

  poke(): void {
    for (const { onEvent } of this.#listeners) onEvent({ type: 'poke' });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** As a socket would: what others commit from now on, each time as it happens. */
  #listen(principal: Principal, listener: ServerListener): Listening {
    let from: WireCursor | null = listener.cursor();
    const tell = async (): Promise<void> => {
      if (this.isMuted) return;
      const { collections } = listener;
      const { answer, device } = await this.service.hear(principal, { cursor: from, collections });
      if (!this.#listeners.has(listener)) return;
      const after = from?.seq ?? answer.cursor.seq;
      const isToldOf = from !== null && answer.reach === 'since';
      from = answer.cursor;
      if (!isToldOf) listener.onEvent({ type: 'poke' });
      else if (device !== listener.device && answer.cursor.seq > after) {
        listener.onEvent({ type: 'changes', after, cursor: answer.cursor, changes: answer.changes });
      }
    };
    const stop = this.store.onChange(() => void tell());
    this.#listeners.add(listener);
    return {
      resume: () => {
        from = listener.cursor();
      },
      stop: () => {
        this.#listeners.delete(listener);
        stop();
      },
    };
  }
}
