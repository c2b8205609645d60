/** Traffic with a cloud, added up. */
export interface Meter {
  requests: number;
  bytesSent: number;
  bytesReceived: number;
}
