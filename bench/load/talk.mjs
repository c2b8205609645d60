// Questions and answers between a process and those it has started.
import { fork } from 'node:child_process';

/** In the child: each question calls the method of its name, until the one who asks is gone. */
export function answerBy(target) {
  process.on('message', async ({ number, name, request }) => {
    try {
      process.send({ number, answer: (await target[name](request)) ?? null });
    } catch (error) {
      process.send({ number, error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
}

/**
 * In the parent: a child that answers.
 *
 * @param {string} file
 * @param {readonly string[]} [execArgv]
 */
export function startChild(file, execArgv = []) {
  const child = fork(file, { execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const open = new Map();
  let count = 0;
  child.on('message', ({ number, answer, error }) => {
    const { resolve, reject } = open.get(number);
    open.delete(number);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  exited.then((how) => {
    for (const { reject } of open.values()) reject(new Error(`${file} ended with ${how}`));
  });
  return {
    exited,
    /** Whether it still runs. */
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    /**
     * @param {string} name
     * @param {object} [request]
     * @returns {Promise<any>}
     */
    ask: (name, request = {}) =>
      new Promise((resolve, reject) => {
        const number = ++count;
        open.set(number, { resolve, reject });
        child.send({ number, name, request });
      }),
    /** @param {NodeJS.Signals} [signal] */
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
  };
}
