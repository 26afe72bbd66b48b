/**
 * Addresses of the desk without personal values, as Chrome keeps each address in its history. A tab has such a value in the state of its
 * entry (desk/parts/location.ts); for a new tab it waits in the browser's memory, under an id that the address has.
 */

/** Parameters of the query that no address has. */
const personal: ReadonlySet<string> = new Set(["number"]);
const KEY = "handed:";

export type Held = Record<string, string>;

/** `/dials?number=…&kind=…` as `/dials?kind=…`, and what it leaves out. */
export function withoutPersonal(to: string): { address: string; held: Held } {
  const [path = "", search = ""] = to.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const held = Object.fromEntries([...query].filter(([name]) => personal.has(name)));
  if (Object.keys(held).length === 0) return { address: to, held };
  for (const name of Object.keys(held)) query.delete(name);
  return { address: query.size === 0 ? path : `${path}?${query}`, held };
}

/** Opens a page of the desk with its query in a new tab. */
export async function openDeskAt(to: string, more: chrome.tabs.CreateProperties = {}): Promise<void> {
  const { address, held } = withoutPersonal(to);
  const id = crypto.randomUUID();
  const isHeld = Object.keys(held).length > 0;
  if (isHeld) await chrome.storage.session.set({ [KEY + id]: held });
  const handed = `${address.includes("?") ? "&" : "?"}handed=${id}`;
  const hash = `${address}${isHeld ? handed : ""}`;
  await chrome.tabs.create({ ...more, url: chrome.runtime.getURL(`tabs/desk.html#${hash}`) });
}

/** What waits under an id, once. */
export async function takeHanded(id: string): Promise<Held> {
  const key = KEY + id;
  const found = await chrome.storage.session.get<Record<string, Held>>(key);
  await chrome.storage.session.remove(key);
  return found[key] ?? {};
}
