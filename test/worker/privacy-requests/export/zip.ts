/** Reads a zip whose entries are not compressed, such as a requester's copy. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { under } from "../../helpers.ts";
import { allGiven, done, draft, fileOn, letter, linksTo, officer, open, read, taken, WHO } from "../kit.ts";

/** The entries by name; the directory at its end has their lengths. */
export function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files = new Map<string, Uint8Array>();
  for (let at = view.getUint32(end + 16, true), n = view.getUint16(end + 10, true); n > 0; n--) {
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const local = view.getUint32(at + 42, true);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    files.set(name, bytes.subarray(from, from + size));
    at += 46 + nameLength + more;
  }
  return files;
}

export interface CopyData {
  data: Record<string, Record<string, unknown>[]>;
  about: Record<string, string>;
  left: Record<string, string>;
  extent: string;
  unread: string;
}

/** Decides an access request whose open items are theirs, and answers its copy as it is stored. */
export async function copied(id: string, decision: object = { decision: "comply" }) {
  const items = (await read(officer, id)).items.filter(({ verdict }) => verdict === "proposed");
  if (items.length > 0)
    await done(officer, id, "items", { items: items.map((item) => ({ id: item.id, verdict: "confirmed" })) });
  await done(officer, id, "decide", decision);
  await allGiven(officer, id);
  await done(officer, id, "export");
  const file = await fileOn(id, "export");
  const { status, bytes } = await under(env, "GET", `/v1/requests/${id}/files/${file}`, { token: officer });
  expect(status).toBe(200);
  const files = unzip(bytes);
  const said = (name: string) => new TextDecoder().decode(files.get(name));
  return {
    text: said("data.json") + said("index.html"),
    said,
    ...(JSON.parse(said("data.json")) as CopyData),
  };
}

/**
 * Decides an access request of Dora's whose items are confirmed, gives what connected systems hold, closes it, and answers her copy as
 * she gets it.
 */
export async function copyOf(id: string, email = WHO.email) {
  await done(officer, id, "decide", { decision: "comply" });
  await allGiven(officer, id);
  await done(officer, id, "export");
  const text = await draft(officer, id, "decision");
  await done(officer, id, "letters", { kind: "decision", ...letter, text });
  await taken(officer, id);
  await done(officer, id, "close");
  const { path } = (await linksTo(email)).at(-1)!;
  const files = unzip((await open(`${path}/copy`)).bytes);
  const said = (name: string) => new TextDecoder().decode(files.get(name));
  return { files, said, ...(JSON.parse(said("data.json")) as CopyData) };
}
