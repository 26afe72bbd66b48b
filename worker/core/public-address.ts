/** Which addresses our requests may go to where somebody else has said where: by a public name, over https. */

/** Names that lead nowhere from the internet, or into somebody's own network. */
const inside = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|onion)$/;

/**
 * No address in figures, whatever way it is written (the URL's parser brings `0x7f.1` to `127.0.0.1`): what stands behind
 * one is a machine that somebody knows, such as one of a private network.
 */
export function isPublic({ protocol, hostname, username, password }: URL): boolean {
  const host = hostname.replace(/\.$/, "");
  const named = /\.[a-z][a-z0-9-]*$/.test(host) && !inside.test(host);
  return protocol === "https:" && username === "" && password === "" && named;
}

/** This machine, as in development. */
export const isHere = ({ hostname }: URL): boolean => hostname === "localhost" || hostname === "127.0.0.1";
