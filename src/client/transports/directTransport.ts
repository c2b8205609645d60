import type { Operations } from '../../protocol/messages.ts';
import { noTraffic } from '../../util/traffic.ts';
import type { ServerTransport } from '../ServerTransport.ts';

/** The server to talk to. */
export interface DirectTransportOptions {
  /** A server in the same process, as one principal has it. */
  readonly operations: Operations;
  /** Tells of what others do. */
  readonly listen?: ServerTransport['listen'];
}

const encoder = new TextEncoder();

/** No network at all: for tests, and for apps whose server runs in the same process. What passes is JSON, as ever. */
export function directTransport({ operations, listen }: DirectTransportOptions): ServerTransport {
  const meter = noTraffic();
  const passing =
    <Request, Answer>(ask: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      const sent = JSON.stringify(request);
      meter.requests++;
      meter.bytesSent += encoder.encode(sent).length;
      const received = JSON.stringify(await ask(JSON.parse(sent) as Request));
      meter.bytesReceived += encoder.encode(received).length;
      return JSON.parse(received) as Answer;
    };
  return {
    meter,
    pull: passing((request) => operations.pull(request)),
    metadata: passing((request) => operations.metadata(request)),
    keys: passing((request) => operations.keys(request)),
    push: passing((request) => operations.push(request)),
    ...(listen === undefined ? {} : { listen }),
    close: async () => {},
  };
}
