/** Puts a copy together: its sections as pages and as JSON, and the recordings and files beside them. */
import { makeZip, predictLength } from "client-zip";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { english, fill, sayDate } from "../../../shared/texts/language.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import type { Env } from "../../env.ts";
import { edited } from "../../recordings/mute.ts";
import type { Store } from "../../storage/store.ts";
import { itemsOf } from "../items.ts";
import { saySilence } from "../letters/letter.ts";
import type { Moment, Row } from "../rows.ts";
import { aboutOf, receiversOf } from "./about.ts";
import { askedOf, itemSections, numberSections, numbersOf, refsOf } from "./data.ts";
import { type Person, withoutOthers } from "./others.ts";
import { type Copy, copyPage, morePage, type Shown } from "./page.tsx";
import { type Silenced, silencedIn, type Track, tracksOf } from "./recordings.ts";
import { requestSections, sharedRequests, theirRequests } from "./requests.ts";
import { few, type Fields, type Sections, wholePages } from "./sections.ts";
import { Spool } from "./spool.ts";
import { trailOf, type Unread } from "./trail.ts";

export async function zipOf(
  env: Env,
  row: Row,
  moment: Moment,
): Promise<{ stream: ReadableStream<Uint8Array>; size: number; unread: string[]; silenced: Silenced }> {
  const items = (await itemsOf(env.DB, row.id, "recording")).filter(
    (item) => item.verdict === "confirmed" && item.decision === "comply",
  );
  const tracks = await tracksOf(env, items, moment);
  const silenced = silencedIn(tracks);
  const { sections, sent, numbers, unread } = await sectionsOf(env, row, moment, tracks);
  const copy: Copy = {
    reference: row.ref,
    company: moment.policy.identity.company || requestsEn.nameless,
    number: row.number === null ? "" : e164Of(row.number),
    madeOn: sayDate(english, moment.today),
    extent: row.narrowed === null ? t.extent : `${t.narrowed} ${t.extent}`,
    unread: "",
    muted: silenced.recordings === 0 ? "" : fill(t.muted, { silence: saySilence(silenced) }),
    about: aboutOf(moment, await askedOf(env, numbers)),
  };
  const written = await write(copy, sections, unread);
  const lastModified = new Date(moment.now);
  const objects = [...tracks, ...sent.map((file) => ({ ...file, silence: null }))];
  const size = Number(predictLength([...written, ...objects].map(({ name, size }) => ({ name, size }))));
  async function* files() {
    for (const { name, spools } of written) yield { name, lastModified, input: spooled(spools) };
    for (const { name, size: length, store, object, etag, silence } of objects) {
      const bytes = await open({ store, object, etag, size: length });
      yield { name, lastModified, input: silence ? bytes.pipeThrough(edited(silence.edits)) : bytes };
    }
  }
  return {
    stream: makeZip(files()).pipeThrough(new FixedLengthStream(size)),
    size,
    unread: [...unread],
    silenced,
  };
}

/** Stores refuse a range of an empty object. */
const open = async ({
  store,
  object,
  etag,
  size,
}: { store: Store } & Pick<Track, "object" | "etag" | "size">) =>
  size === 0 ? new Blob().stream() : store.read(object, { offset: 0, length: size }, etag);

/** All that is held, in the order of the copy. */
async function sectionsOf(env: Env, row: Row, moment: Moment, tracks: readonly Track[]) {
  const db = env.DB;
  const numbers = await numbersOf(db, row);
  const { results: people } = await db
    .prepare("SELECT id, name, email, kind, role FROM people")
    .all<Person>();
  const email = row.proved_at === null ? null : row.email;
  const ids = await theirRequests(db, row, numbers);
  const asked = await about(db, row, ids, email === null ? numbers : [...numbers, email]);
  const own = new Set([row.name.toLowerCase(), row.email?.toLowerCase()]);
  const without = withoutOthers(
    people.map(({ name, email: address, ...one }) => ({
      ...one,
      name: own.has(name.toLowerCase()) ? "" : name,
      email: own.has(address.toLowerCase()) ? "" : address,
    })),
    { numbers: new Set(numbers), email, rejected: asked.others },
  );
  const { sections: requests, sent } = await requestSections(env, row, ids, without);
  const unread: Unread = new Set();
  const sections: Sections = {
    recordings: few(tracks.map(({ data }) => data)),
    ...(await itemSections(db, row, without)),
    ...(await numberSections(env, numbers, without)),
    receivers: few(await receiversOf(db, moment)),
    ...requests,
    shared: few(await sharedRequests(db, ids, numbers)),
    trail: trailOf(env, asked, without, unread),
  };
  return { sections, sent, numbers, unread };
}

/** What the trail is asked about; of a request that its requester narrowed, what was found alone. */
async function about(db: D1Database, row: Row, requests: readonly string[], words: readonly string[]) {
  const list = JSON.stringify(requests);
  const [refs, [rejected, first]] = await Promise.all([
    Promise.all(["recording", "call", "consent", "suppression"].map((kind) => refsOf(db, row.id, kind))),
    db.batch([
      db
        .prepare(
          // Dials are told by no row of the trail, and their numbers are other things' too.
          `SELECT ref FROM request_items WHERE request IN (SELECT value FROM json_each(?)) AND verdict = 'rejected' AND kind <> 'dial'`,
        )
        .bind(list),
      db
        .prepare(
          `SELECT MIN(at) AS at FROM (SELECT at FROM requests WHERE id IN (SELECT value FROM json_each(?1))
             UNION ALL SELECT MIN(at) FROM request_items WHERE request IN (SELECT value FROM json_each(?1)))`,
        )
        .bind(list),
    ]),
  ]);
  return {
    subjects: new Set([...refs.flat(), ...requests]),
    requests: new Set(requests),
    others: new Set((rejected!.results as { ref: string }[]).map(({ ref }) => ref)),
    words: row.narrowed === null ? words : [],
    since: (first!.results[0] as { at: string | null }).at ?? "",
  };
}

interface Written {
  name: string;
  size: number;
  spools: Spool[];
}
/** Closed at once: what compresses takes memory for as long as it is open. */
async function closed(name: string, ...spools: Spool[]): Promise<Written> {
  for (const spool of spools) await spool.close();
  return { name, size: spools.reduce((sum, { size }) => sum + size, 0), spools };
}
async function* spooled(spools: readonly Spool[]) {
  for (const spool of spools) yield* await spool.read();
}
async function paged(name: string, html: string): Promise<Written> {
  const spool = new Spool();
  await spool.write(html);
  return closed(name, spool);
}

/** `index.html` with the first page of each section, `data.json` with all, and further pages. */
async function write(copy: Copy, sections: Sections, unread: Unread): Promise<Written[]> {
  const json = new Spool();
  const more: Written[] = [];
  const shown: Shown[] = [];
  for (const [section, pages] of Object.entries(sections)) {
    const one: Shown = { section, rows: [], more: [] };
    await json.write(`${shown.length > 0 ? "," : ""}\n    ${JSON.stringify(section)}: [`);
    for await (const rows of wholePages(pages)) {
      const first = one.rows.length === 0;
      await json.write(`${first ? "" : ","}\n${lines(rows)}`);
      if (first) one.rows = rows;
      else {
        const name = `more/${section}-${one.more.length + 2}.html`;
        more.push(await paged(name, await morePage(copy, { section, rows, more: [] })));
        one.more.push(name);
      }
    }
    await json.write(one.rows.length > 0 ? "\n    ]" : "]");
    shown.push(one);
  }
  await json.write("\n  }\n}\n");
  // What could not be read is said first, and is known last.
  const whole = {
    ...copy,
    unread: unread.size === 0 ? "" : fill(t.unread, { months: [...unread].join(", ") }),
  };
  const first = new Spool();
  const head = JSON.stringify({ ...whole, left: t.left, fields: t.fields }, null, 2);
  await first.write(`${head.slice(0, -2)},\n  "data": {`);
  return [
    await paged("index.html", await copyPage(whole, shown)),
    await closed("data.json", first, json),
    ...more,
  ];
}

const lines = (rows: readonly Fields[]) => rows.map((row) => `      ${JSON.stringify(row)}`).join(",\n");
