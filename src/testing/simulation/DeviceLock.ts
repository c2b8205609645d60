/** A lock that all processes of one device share. A process that ends lets go of it. */
export class DeviceLock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>, over: Promise<void>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const hold = (): Promise<unknown> => {
        const result = work();
        result.then(resolve, reject);
        return Promise.race([result.catch(() => {}), over]);
      };
      let isOver = false;
      void over.then(() => {
        isOver = true;
      });
      this.#last = this.#last.then(() => (isOver ? undefined : hold()));
    });
  }
}
