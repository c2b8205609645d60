// The timers of a server, counted while they are open.
export class CountedTimers {
  #open = new Set();

  get open() {
    return this.#open.size;
  }

  environment = {
    setTimer: (work, ms) => {
      const timer = setTimeout(() => {
        this.#open.delete(timer);
        work();
      }, ms);
      this.#open.add(timer);
      return timer;
    },
    clearTimer: (timer) => {
      this.#open.delete(timer);
      clearTimeout(timer);
    },
  };
}
