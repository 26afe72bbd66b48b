/** Puts a copy together: its sections as pages and as JSON, and the recordings and files beside them. */
import { makeZip, predictLength } from "client-zip";
import type { RequestItem } from "../../../shared/privacy-requests/api.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { english, fill, sayDate } from "../../../shared/texts/language.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import type { Env } from "../../env.ts";
import { edited } from "../../recordings/mute.ts";
import type { Store } from "../../storage/store.ts";
import { sayLost, saySilence } from "../letters/letter.ts";
import type { Moment, Row } from "../rows.ts";
import { aboutOf, receiversOf, systemsOf } from "./about.ts";
import { askedOf, itemSections, numberSections } from "./data.ts";
import { type Person, withoutOthers } from "./others.ts";
import { type Copy, copyPage, morePage, type Shown } from "./page.tsx";
import { type Part, sayPart } from "../files/parts/rows.ts";
import { type Looking, type Lost, type Silenced, silencedIn, type Track, tracksOf } from "./recordings.ts";
import { type Read, wantRead } from "./read-archives.ts";
import { leftOutOf, requestSections, sharedRequests } from "./requests.ts";
import { few, type Fields, type Sections, wholePages } from "./sections.ts";
import { Spool } from "./spool.ts";
import { trailOf } from "./trail.ts";
import { type Requester, requesterOf } from "./whose.ts";

/** One file of several: which, all of them, and how many recordings those before it have. */
export interface OfSeveral {
  part: Part;
  all: readonly Part[];
  before: number;
}

/** `items`: the recordings that are in it. Of several files the first has all else, too. */
export async function zipOf(
  env: Env,
  row: Row,
  moment: Moment,
  items: readonly RequestItem[],
  several: OfSeveral | null = null,
  looking: Looking = () => undefined,
): Promise<{
  stream: ReadableStream<Uint8Array>;
  size: number;
  unread: string[];
  silenced: Silenced;
  lost: Lost[];
}> {
  const requester = await requesterOf(env.DB, row);
  const { numbers } = requester;
  const whole = several === null || several.part.part === 1;
  const read = whole ? await wantRead(env, row.id, requester.about) : null;
  const places = { before: several?.before ?? 0, without: await leftOutOf(env.DB, row.id) };
  const { tracks, left } = await tracksOf(env, items, moment, places, looking);
  const lost = left.map((one) => one.lost);
  const silenced = silencedIn(tracks);
  const { sections, sent } = await sectionsOf(env, row, moment, {
    tracks: inOrder([...tracks, ...left]),
    requester,
    read,
  });
  const copy: Copy = {
    reference: row.ref,
    company: moment.policy.identity.company || requestsEn.nameless,
    number: row.number === null ? "" : e164Of(row.number),
    madeOn: sayDate(english, moment.today),
    extent: row.narrowed === null ? t.extent : `${t.narrowed} ${t.extent}`,
    part: several === null ? "" : sayOfSeveral(several, moment),
    unread:
      read === null || read.unread.length === 0 ? "" : fill(t.unread, { months: read.unread.join(", ") }),
    muted: silenced.recordings === 0 ? "" : fill(t.muted, { silence: saySilence(silenced) }),
    lost: lost.length === 0 ? "" : fill(t.lost, { lost: sayLost(lost) }),
    about: aboutOf(moment, await askedOf(env, numbers), await systemsOf(env.DB)),
  };
  const written = await write(copy, sections);
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
    unread: read?.unread ?? [],
    silenced,
    lost,
  };
}

/** By the time of the call. */
const inOrder = <T extends Pick<Track, "data">>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => String(a.data["startedAt"]).localeCompare(String(b.data["startedAt"])));

/** Stores refuse a range of an empty object. */
const open = async ({
  store,
  object,
  etag,
  size,
}: { store: Store } & Pick<Track, "object" | "etag" | "size">) =>
  size === 0 ? new Blob().stream() : store.read(object, { offset: 0, length: size }, etag);

const sayOfSeveral = ({ part, all }: OfSeveral, moment: Moment): string => {
  const others = all.filter((one) => one.part !== part.part).map((one) => sayPart(one, moment));
  return fill(t.part, { part: sayPart(part, moment), others: others.join("; ") });
};

/**
 * All that is held, in the order of the copy, and what is taken out of it as it is read. `read`: what was read of the archived
 * trail; null: the recordings alone.
 */
export async function sectionsOf(
  env: Env,
  row: Row,
  moment: Moment,
  {
    tracks,
    requester,
    read,
  }: { tracks: readonly Pick<Track, "data">[]; requester: Requester; read: Read | null },
) {
  const db = env.DB;
  const { numbers, email, ids, about, others } = requester;
  const { results: people } = await db
    .prepare("SELECT id, name, email, kind, role FROM people")
    .all<Person>();
  const own = new Set([row.name.toLowerCase(), row.email?.toLowerCase()]);
  const without = withoutOthers(
    people.map(({ name, email: address, ...one }) => ({
      ...one,
      name: own.has(name.toLowerCase()) ? "" : name,
      email: own.has(address.toLowerCase()) ? "" : address,
    })),
    { numbers: new Set(numbers), email, rejected: about.others, named: others },
  );
  const recordings = few(tracks.map(({ data }) => ({ ...data, why: without.line(data.why) })));
  if (read === null) return { sections: { recordings }, sent: [], taken: without.taken };
  const { sections: requests, sent } = await requestSections(env, row, ids, numbers, without);
  const sections: Sections = {
    recordings,
    ...(await itemSections(db, row, without)),
    ...(await numberSections(env, numbers, without)),
    receivers: few(await receiversOf(env, moment)),
    ...requests,
    shared: few(await sharedRequests(db, ids, numbers)),
    trail: trailOf(env, row.id, about, without, read),
  };
  return { sections, sent, taken: without.taken };
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
async function write(copy: Copy, sections: Sections): Promise<Written[]> {
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
  const first = new Spool();
  const head = JSON.stringify({ ...copy, left: { ...t.left, ...t.elsewhere }, fields: t.fields }, null, 2);
  await first.write(`${head.slice(0, -2)},\n  "data": {`);
  return [
    await paged("index.html", await copyPage(copy, shown)),
    await closed("data.json", first, json),
    ...more,
  ];
}

const lines = (rows: readonly Fields[]) => rows.map((row) => `      ${JSON.stringify(row)}`).join(",\n");
