/** Where a server is mounted, as it is compared: begins with a slash and ends with none. Empty: at the root. */
export function basePath(given: string): string {
  const path = `/${given}`.replace(/^\/+/, '/').replace(/\/+$/, '');
  if (/^[\w\-./~]*$/.test(path)) return path;
  throw new TypeError(`path: write where the server is mounted, such as '/sync', not '${given}'`);
}
