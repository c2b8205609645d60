/** Resolves when everything that waits for nothing but promises has run: microtasks end before the next turn begins. */
export function turn(): Promise<void> {
  return new Promise(startTurn);
}

const startTurn: (resolve: () => void) => void =
  typeof setImmediate === 'function' ? (resolve) => void setImmediate(resolve) : openChannel();

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
