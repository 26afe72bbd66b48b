/**
 * How a request arrives: by the public API and the public page, where nobody is signed in, and by staff, who enter what
 * comes by telephone, e-mail, post or in person. An objection holds its number at once, in the same step.
 */
import type { Context } from "hono";
import type * as z from "zod";
import {
  type requestArrived,
  requestArrived as arrivedSchema,
  requestEntered,
  requestEntry,
  requestRequest,
  type requestSchema,
} from "../../shared/privacy-requests/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { isFinal, startOf } from "../../shared/privacy-requests/steps.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { changed, commit } from "../core/commit.ts";
import type { Event } from "../core/change.ts";
import { sql, type Statement } from "../core/sql.ts";
import { retryOnConflict } from "../core/bulk.ts";
import type { App } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { mail, sendSoon } from "../mail/outbox.ts";
import { parseNumber } from "../core/numbers.ts";
import { clocks, type Columns, type Moment, momentOf } from "./rows.ts";
import { newLink, newsOf, timeline } from "./step.ts";
import { body, json, room, route } from "../core/route.ts";
import { consentedSince, liveEntry } from "../do-not-call/suppressions.ts";

type Asked = z.infer<typeof requestSchema>;
interface From {
  channel: Columns["channel"];
  receivedOn: string;
  /** A person's id, or `public`. */
  by: string;
  /** The address is known to be the requester's. */
  proved: boolean;
}
export interface Arrival {
  event: Event;
  statements: Statement[];
  row: Pick<Columns, "id" | "ref" | "decide_by">;
  /** Its status page. From the public page it opens the state alone. */
  link: string;
}

/** Letters and digits that nobody takes for each other. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const newReference = (): string => {
  const letters = [...crypto.getRandomValues(new Uint8Array(8))].map((b) => ALPHABET[b % ALPHABET.length]!);
  return `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
};

/** Everything that is written for a new request. Throws where its number cannot be read. */
export async function planArrival(
  c: Context<App>,
  asked: Asked,
  { channel, receivedOn, by, proved }: From,
  moment: Moment,
): Promise<Arrival> {
  const { policy, at, today, now } = moment;
  const { kind, email = null } = asked;
  const e164 = asked.number === undefined ? null : parseNumber(asked.number, policy.numbers.defaultRegion);
  const oral = channel === "telephone" || channel === "person";
  const isPublic = channel === "page";
  // On the public page a complaint is acknowledged by the page itself.
  const known = kind === "objection" ? !isPublic : isPublic || (proved && email !== null);
  const state = startOf(kind, { oral, inWriting: policy.requests.erasureInWriting, known });
  const id = crypto.randomUUID();
  const ref = newReference();
  const held = kind === "objection" ? await hold(c.env.DB, e164!, { ref, by, isPublic, at }) : null;
  const row = {
    id,
    ref,
    kind,
    channel,
    state,
    name: asked.name,
    email,
    address: asked.address ?? "",
    number: e164 === null ? null : numberOf(e164),
    call_date: asked.callDate ?? null,
    call_time: asked.callTime ?? null,
    text: asked.text ?? "",
    received_on: receivedOn,
    days: policy.requests.decideDays,
    decide_by: "",
    proved_at: proved && email !== null ? at : null,
    asked_on: null,
    proof_on: null,
    paused_days: 0,
    extended_on: null,
    decided_on: null,
    suppression: held?.entry ?? null,
    outcome: isFinal(state) ? "confirmed" : null,
    closed_at: isFinal(state) ? at : null,
    by,
    at,
  } satisfies Partial<Columns>;
  row.decide_by = clocks(row as unknown as Columns, today).decideBy;
  const toPage = newLink(c, id, "page", now);
  return {
    row,
    link: toPage.link,
    event: {
      code: "request.created",
      subject: id,
      payload: { reference: ref, kind, channel, receivedOn },
      by,
    },
    statements: [
      ...(held?.statements ?? []),
      sql(
        `INSERT INTO requests (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
          .map(() => "?")
          .join(", ")})`,
        ...Object.values(row),
      ),
      timeline(id, "created", state, { channel }, by, at),
      toPage.statement,
      ...(row.proved_at !== null
        ? newsOf(c, { ...row, rev: 1 }, moment)
        : email === null
          ? []
          : received(c, { id, ref, email }, moment)),
    ],
  };
}

/** The one mail that an address gets before it has proved itself. */
function received(
  c: Context<App>,
  { id, ref, email }: { id: string; ref: string; email: string },
  { policy, now }: Moment,
): Statement[] {
  const { statement, link, until } = newLink(c, id, "address", now);
  const values = { reference: ref, company: policy.identity.company || t.nameless, link };
  return [
    statement,
    mail({ template: "request-received", to: email, values, key: `request:${id}:received`, until }),
  ];
}

interface Held {
  /** The unverified entry by which the number is held; null where a verified one holds it already. */
  entry: string | null;
  statements: Statement[];
}

/** What puts a number on the do-not-call list, where it is not there already. */
async function hold(
  db: D1Database,
  e164: string,
  { ref, by, isPublic, at }: { ref: string; by: string; isPublic: boolean; at: string },
): Promise<Held> {
  const live = await liveEntry(db, e164, "objection");
  const entry = crypto.randomUUID();
  const insert = (unless: string) =>
    sql(
      `INSERT INTO suppressions (id, number, kind, reason, source, by, at, unverified)
       SELECT ?1, ?2, 'objection', ?3, 'request', ?4, ?5, ?6 ${unless}`,
      entry,
      numberOf(e164),
      fill(t.reason.objection, { reference: ref }),
      by,
      at,
      Number(isPublic),
    );
  if (live && !(await consentedSince(db, live))) {
    const checked = live.unverified === 0;
    return {
      entry: checked ? null : live.id,
      statements: [
        ...(checked || isPublic ? [] : [sql("UPDATE suppressions SET unverified = 0 WHERE id = ?", live.id)]),
        // It may be taken back at this very moment: then this one takes its place.
        insert(`WHERE NOT EXISTS (
          SELECT 1 FROM suppressions WHERE number = ?2 AND kind = 'objection' AND ended_at IS NULL)`),
        changed("number", e164),
      ],
    };
  }
  return {
    entry,
    statements: [
      sql(
        `UPDATE suppressions SET ended_at = ?, ended_by = ?, ended_reason = 'replaced by a later entry'
         WHERE id = ? AND ended_at IS NULL`,
        ...[at, by, live?.id ?? ""],
      ),
      insert(""),
      changed("number", e164),
    ],
  };
}

export const requestIntake = room();

requestIntake.openapi(
  route({
    method: "post",
    path: "/v1/requests",
    roles: "public",
    summary:
      "A data subject's request; an objection holds its number at once, unverified. The link shows how far it is",
    request: { body: body(requestRequest) },
    responses: { 201: json(arrivedSchema) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      const from: From = { channel: "page", receivedOn: moment.today, by: "public", proved: false };
      const { event, statements, row, link } = await planArrival(c, asked, from, moment);
      const answer = await commit<z.infer<typeof requestArrived>, 201>(c, event, statements, {
        status: 201,
        body: { reference: row.ref, decideBy: row.decide_by, link },
        secret: true,
      });
      sendSoon(c);
      return answer;
    });
  },
);

requestIntake.openapi(
  route({
    method: "post",
    path: "/v1/requests/entries",
    roles: "everyone",
    summary:
      "Enters a request that came by telephone, e-mail, post or in person, with the day it was received",
    request: { body: body(requestEntry) },
    responses: { 201: json(requestEntered) },
  }),
  async (c) => {
    const { channel, receivedOn, emailProved, ...asked } = c.req.valid("json");
    return retryOnConflict(async () => {
      const moment = await momentOf(c.env.DB, Date.now());
      if (receivedOn > moment.today)
        throw new Problem("invalid", undefined, [{ path: "receivedOn", message: details.receivedLater }]);
      const from: From = { channel, receivedOn, by: c.get("actor")!.id, proved: emailProved };
      const { event, statements, row } = await planArrival(c, asked, from, moment);
      const answer = await commit(c, event, statements, {
        status: 201,
        body: { id: row.id, reference: row.ref, decideBy: row.decide_by },
      });
      sendSoon(c);
      return answer;
    });
  },
);
