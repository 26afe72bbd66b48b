/** Rules for requests to other servers: which addresses they may go to, and how much of an answer we read. */

/** Names that lead nowhere from the internet, or into a private network. */
const inside = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|onion)$/;

/**
 * True for https addresses under a public name, without user name or password: the only ones that a customer's setting
 * may send our requests to. An IP address, however written (the URL parser turns `0x7f.1` into `127.0.0.1`), is refused:
 * it may be a machine of a private network.
 */
export function isPublic({ protocol, hostname, username, password }: URL): boolean {
  const host = hostname.replace(/\.$/, "");
  const named = /\.[a-z][a-z0-9-]*$/.test(host) && !inside.test(host);
  return protocol === "https:" && username === "" && password === "" && named;
}

/** This machine, as in development. */
export const isLocalhost = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "127.0.0.1";

/** The text of an answer; null where it is longer than `most` bytes, as a server may send without end. */
export async function textWithin(response: Response, most: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  const body: ReadableStream<Uint8Array> | null = response.body;
  // Returning early cancels the stream.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > most) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
