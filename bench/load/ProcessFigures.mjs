// What a process says of itself: memory, time on the processor, how late its event loop is, and what keeps it alive.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolution = 10;
const mb = 2 ** 20;
const round = (value) => Math.round(value * 10) / 10;

export class ProcessFigures {
  #delay = monitorEventLoopDelay({ resolution });
  #since = performance.now();
  #cpu = process.cpuUsage();
  #peak = { rss: 0, heap: 0 };
  #sampling = null;

  constructor() {
    this.#delay.enable();
  }

  /** From here on. */
  begin() {
    this.#delay.reset();
    this.#since = performance.now();
    this.#cpu = process.cpuUsage();
    this.#peak = { rss: 0, heap: 0 };
    clearInterval(this.#sampling);
    this.#sampling = setInterval(() => this.#sample(), 100);
  }

  /** Since the beginning. */
  read() {
    clearInterval(this.#sampling);
    this.#sampling = null;
    this.#sample();
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = (performance.now() - this.#since) / 1000;
    const late = (nanoseconds) => round(Math.max(0, nanoseconds / 1e6 - resolution));
    return {
      cpuPercent: round((user + system) / 1e4 / seconds),
      delayP50: late(this.#delay.percentile(50)),
      delayP99: late(this.#delay.percentile(99)),
      delayMax: late(this.#delay.max),
      rssPeakMb: round(this.#peak.rss / mb),
      heapPeakMb: round(this.#peak.heap / mb),
    };
  }

  /** At this moment, with no garbage left. */
  async rest() {
    for (let i = 0; i < 4; i++) {
      globalThis.gc?.();
      await new Promise((done) => setTimeout(done, 20));
    }
    const { rss, heapUsed } = process.memoryUsage();
    return { rssMb: round(rss / mb), heapMb: round(heapUsed / mb), resources: resources() };
  }

  #sample() {
    const { rss, heapUsed } = process.memoryUsage();
    this.#peak = { rss: Math.max(this.#peak.rss, rss), heap: Math.max(this.#peak.heap, heapUsed) };
  }
}

/** Timers, sockets and what else the event loop waits for, by kind. */
function resources() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo().sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
