/**
 * The requester's copy: a zip with their recordings, all data as a page and as JSON, what each field means, and the
 * information of UK GDPR article 15(1). It streams from the recordings' stores into the company's own; only the data is held
 * in memory. Other people's data is left out: names of staff, and what an officer silenced.
 */
import { makeZip, predictLength } from "client-zip";
import { requestStep } from "../../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../../shared/privacy-requests/api-steps.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { json, room, route } from "../../core/route.ts";
import type { Env } from "../../env.ts";
import { disclosed } from "../../policy/disclosed.ts";
import { edited } from "../../recordings/mute.ts";
import { storeProblem } from "../../storage/problem.ts";
import { endCopies, fileCame, fileComes, type NewFile, objectOf, wantFileStore } from "../files/store.ts";
import { itemsOf } from "../items.ts";
import type { Moment, Row } from "../rows.ts";
import { takeStep } from "../take-step.ts";
import { dataOf } from "./data.ts";
import { copyPage } from "./page.tsx";
import { tracksOf } from "./recordings.ts";

/** Days until the copy is erased. */
const COPY_DAYS = 30;

export const requestExport = room();

requestExport.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/export",
    roles: ["compliance", "admin"],
    summary:
      "Makes the requester's copy, which their page offers for 30 days. A recording that is silenced in part must be a WAV or an MP3",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    let undo = (): Promise<unknown> => Promise.resolve();
    return takeStep(c, c.req.valid("param").id, "export", async (row, moment) => {
      const { kind, store } = wantFileStore(c.env, moment.policy, "export");
      const id = crypto.randomUUID();
      const object = objectOf(row.id, id);
      const { stream, size } = await zipOf(c.env, row, moment);
      const type = "application/zip";
      const copy: NewFile = {
        ...{ id, request: row.id, purpose: "export", store: kind, object, name: "", type, bytes: size },
        ...{ erase_after: daysLater(moment.today, COPY_DAYS), by: c.get("actor")!.id, at: moment.at },
      };
      await fileComes(c.env, copy, moment.today);
      undo = () => store.erase(object);
      await storeProblem(store.put(object, stream, { size, type, sha256: null }));
      return {
        statements: [
          endCopies(row.id, moment.today),
          fileCame(copy),
          disclosed("export", "", "copy", 1, moment.now),
        ],
        detail: { bytes: size },
      };
    }).catch(async (error: unknown) => {
      await undo().catch(() => null);
      throw error;
    });
  },
);

async function zipOf(
  env: Env,
  row: Row,
  moment: Moment,
): Promise<{ stream: ReadableStream<Uint8Array>; size: number }> {
  const items = (await itemsOf(env.DB, row.id)).filter(
    (item) => item.verdict === "confirmed" && item.decision === "comply",
  );
  const tracks = await tracksOf(env, items, moment);
  const others = await dataOf(env, row, items, moment.at);
  const data = { recordings: tracks.map((track) => track.data), ...others };
  const { identity } = moment.policy;
  const about = aboutOf(moment, [...new Set(others["lookups"]!.map(({ askedOf }) => String(askedOf)))]);
  const copy = {
    reference: row.ref,
    company: identity.company || requestsEn.nameless,
    number: row.number === null ? "" : e164Of(row.number),
    madeOn: sayDate(english, moment.today),
    extent: [
      ...(row.narrowed === null ? [] : [t.narrowed]),
      fill(t.without, {
        trail: plural(english, policyEn.months, moment.policy.retention.auditPayloadMonths),
      }),
    ].join(" "),
    muted: tracks.some(({ mute }) => mute.length > 0),
    about,
    data,
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  const lastModified = new Date(moment.now);
  const written = [
    { name: "index.html", input: bytes(await copyPage(copy)), lastModified },
    {
      name: "data.json",
      input: bytes(JSON.stringify({ ...copy, fields: t.fields }, null, 2)),
      lastModified,
    },
  ];
  const size = Number(
    predictLength([
      ...written.map(({ name, input }) => ({ name, size: input.byteLength })),
      ...tracks.map(({ name, size: length }) => ({ name, size: length })),
    ]),
  );
  async function* files() {
    yield* written;
    for (const { name, size: length, store, object, etag, edits } of tracks) {
      // Stores refuse a range of an empty object.
      const audio =
        length === 0 ? new Blob().stream() : await store.read(object, { offset: 0, length }, etag);
      yield { name, lastModified, input: edits.length > 0 ? audio.pipeThrough(edited(edits)) : audio };
    }
  }
  return { stream: makeZip(files()).pipeThrough(new FixedLengthStream(size)), size };
}

/** The information of UK GDPR article 15(1), title to text. `sources`: the lookup services that were given the number. */
function aboutOf({ policy }: Moment, sources: readonly string[]): Record<string, string> {
  const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
  const months = (n: number) => plural(english, policyEn.months, n);
  const values = {
    purposes: list.format(policy.recording.purposes.map((purpose) => policyEn.values[purpose] ?? purpose)),
    regions: list.format(policy.recording.regions),
    asked: sources.length === 0 ? "" : fill(t.asked, { sources: list.format(sources) }),
    months: months(policy.recording.retentionMonths),
    dials: months(policy.retention.dialMonths),
    screenings: months(policy.retention.screeningMonths),
    // Lookup answers are kept as long as registers' history.
    answers: months(policy.retention.listHistoryMonths),
    watched: months(policy.retention.watchedMonths),
    turned: months(policy.retention.turnedMonths),
  };
  return Object.fromEntries(t.article.map(([title, text]) => [title, fill(text, values)]));
}
