import type { Page } from 'playwright';

/** What comes to a page, by socket and by HTTP. To be made before the page opens its app. */
export class Traffic {
  #received: Promise<string>[] = [];
  sockets = 0;

  constructor(page: Page) {
    page.on('websocket', (socket) => {
      this.sockets++;
      socket.on('framereceived', ({ payload }) => this.#received.push(Promise.resolve(String(payload))));
    });
    page.on('response', (response) => {
      const isOfSync = response.url().includes('/sync/');
      // A preflight has no body that could be read.
      if (isOfSync) this.#received.push(response.text().catch(() => ''));
    });
  }

  /** All that has come since this was asked last. */
  async take(): Promise<string> {
    return (await Promise.all(this.#received.splice(0))).join('\n');
  }
}
