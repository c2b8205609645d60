/** Resolves when everything that waits for nothing but promises has run. */
export function turn(): Promise<void> {
  return new Promise(startTurn);
}

/** The same, and the machine has done some of its own work meanwhile, such as the loading of code. */
export function machineTurn(): Promise<void> {
  return new Promise(startMachineTurn);
}

const startMachineTurn: (resolve: () => void) => void =
  typeof setImmediate === 'function' ? (resolve) => void setImmediate(resolve) : openChannel();

/** In Node a tick begins when no microtask is left, and costs a tenth of a turn of the machine. */
const startTurn: (resolve: () => void) => void =
  typeof process === 'object' && typeof process.nextTick === 'function'
    ? (resolve) => process.nextTick(resolve)
    : startMachineTurn;

/** Where there is no `setImmediate`, messages are the cheapest turns. */
function openChannel(): (resolve: () => void) => void {
  let channel: MessageChannel | null = null;
  const waiting: (() => void)[] = [];
  return (resolve) => {
    if (channel === null) {
      channel = new MessageChannel();
      channel.port2.onmessage = () => waiting.shift()?.();
    }
    waiting.push(resolve);
    channel.port1.postMessage(0);
  };
}
