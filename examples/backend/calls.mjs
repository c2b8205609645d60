/** How a device asks the server beside this file. */
export function callsTo(url, token) {
  const ask = async (path, init) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, { ...init, headers });
    // Its status says what to do next: sign in, wait, or try again.
    if (!response.ok) throw response;
    return response.json();
  };
  return {
    pull: (cursor, { limit, signal }) => ask(`/changes?after=${cursor ?? 0}&limit=${limit}`, { signal }),
    push: (changes, { signal }) => ask('/changes', { method: 'POST', body: JSON.stringify(changes), signal }),
  };
}
