import type { Release, TabChannel, Tabs } from '../../interfaces/Tabs.ts';
import type { Lifetime } from './Lifetime.ts';

interface Waiting {
  readonly name: string;
  readonly life: Lifetime;
  readonly give: (release: Release) => void;
}

type Listener = { readonly life: Lifetime; readonly hear: (message: unknown) => void };

const messageMs = 1;

/** What the processes of one machine have in common as tabs of a browser. One that is over holds nothing and hears nothing. */
export class SimulatedTabs {
  readonly #holders = new Map<string, Lifetime>();
  #waiting: Waiting[] = [];
  readonly #channels = new Map<string, Set<Listener>>();

  open(life: Lifetime): Tabs {
    void life.over.then(() => this.#leave(life));
    return {
      tryLock: async (name) => (this.#holders.has(name) ? null : this.#hold(name, life)),
      lock: (name, signal) => this.#queueUp(name, life, signal),
      channel: (name, onMessage) => this.#join(name, { life, hear: onMessage }),
      onWake: (work) => life.onWake(work),
    };
  }

  #hold(name: string, life: Lifetime): Release {
    this.#holders.set(name, life);
    return () => {
      if (this.#holders.get(name) === life) this.#passOn(name);
    };
  }

  #queueUp(name: string, life: Lifetime, signal: AbortSignal): Promise<Release> {
    if (!this.#holders.has(name)) return Promise.resolve(this.#hold(name, life));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(signal.reason);
      };
      const give = (release: Release): void => {
        signal.removeEventListener('abort', leave);
        resolve(release);
      };
      const waiting = { name, life, give };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', leave);
    });
  }

  #passOn(name: string): void {
    this.#holders.delete(name);
    const next = this.#waiting.find((one) => one.name === name);
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    next.give(this.#hold(name, next.life));
  }

  #leave(life: Lifetime): void {
    this.#waiting = this.#waiting.filter((one) => one.life !== life);
    for (const [name, holder] of [...this.#holders]) if (holder === life) this.#passOn(name);
  }

  #join(name: string, own: Listener): TabChannel {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all.add(own));
    return {
      post: (message) => {
        if (own.life.isOver) return;
        const copy = structuredClone(message);
        // A page that is frozen hears nothing, and is told so when it wakes.
        const others = [...all].filter((other) => other !== own && !other.life.isAsleep);
        for (const other of others) other.life.after(messageMs, () => all.has(other) && other.hear(copy));
      },
      close: () => void all.delete(own),
    };
  }
}
