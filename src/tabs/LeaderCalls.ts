import type { Ask, SentError } from './asks.ts';
import { receivedError } from './asks.ts';
import type { TabLink } from './TabLink.ts';

interface OpenAsk {
  readonly ask: Ask;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** What this tab has asked of the one that talks to the cloud. If that is gone before it answers, the next one is asked. */
export class LeaderCalls {
  readonly #link: TabLink;
  readonly #open = new Map<number, OpenAsk>();
  #last = 0;
  #ended: unknown = null;

  constructor(link: TabLink) {
    this.#link = link;
  }

  ask(ask: Ask): Promise<unknown> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#last += 1;
    const number = this.#last;
    const answer = new Promise((resolve, reject) => this.#open.set(number, { ask, resolve, reject }));
    this.#link.post({ type: 'ask', number, ask });
    return answer;
  }

  answered(number: number, value: unknown, error: SentError | null): void {
    const open = this.#open.get(number);
    this.#open.delete(number);
    if (error === null) open?.resolve(value);
    else open?.reject(receivedError(error));
  }

  /** Another tab talks to the cloud from now on. */
  again(): void {
    for (const [number, { ask }] of this.#open) this.#link.post({ type: 'ask', number, ask });
  }

  /** This tab talks to the cloud from now on, and answers itself. */
  takeOver(answer: (ask: Ask) => Promise<unknown>): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { ask, resolve, reject } of open) answer(ask).then(resolve, reject);
  }

  close(reason: unknown): void {
    this.#ended = reason;
    for (const { reject } of this.#open.values()) reject(reason);
    this.#open.clear();
  }
}
