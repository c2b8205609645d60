// What Socket.io keeps for its sockets. A server keeps its own to itself, so that the class is watched while it is made.
import { Server } from 'socket.io';

const listenersOf = (emitter) => emitter.eventNames().reduce((count, name) => count + emitter.listenerCount(name), 0);

export class SocketCounts {
  #io = null;

  /**
   * @template T
   * @param {() => Promise<T>} start
   */
  static async while(start) {
    const counts = new SocketCounts();
    const { attach } = Server.prototype;
    Server.prototype.attach = function (...args) {
      counts.#io = this;
      return attach.apply(this, args);
    };
    try {
      return { value: await start(), counts };
    } finally {
      Server.prototype.attach = attach;
    }
  }

  read() {
    const { engine, sockets, httpServer } = this.#io;
    return {
      connections: engine.clientsCount,
      rooms: sockets.adapter.rooms.size,
      listeners: listenersOf(engine) + listenersOf(this.#io) + listenersOf(httpServer),
    };
  }

  /** Bytes that wait to be read, of the socket that has most. */
  outbound() {
    const bytesOf = ({ transport, writeBuffer }) =>
      (transport.socket?.bufferedAmount ?? 0) +
      writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0);
    return Math.max(0, ...Object.values(this.#io.engine.clients).map(bytesOf));
  }
}
