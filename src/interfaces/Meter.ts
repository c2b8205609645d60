/** What was asked of a cloud. */
export interface Meter {
  requests: number;
  bytesSent: number;
  bytesReceived: number;
}
