/** A new request: its row, its duties, its links and mails, and for an objection the do-not-call entry that holds the number at once. */
import type * as z from "zod";
import type { requestSchema } from "../../shared/privacy-requests/api.ts";
import { dutiesAfter, promiseOf } from "../../shared/privacy-requests/duties.ts";
import { startOf } from "../../shared/privacy-requests/steps.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { fill } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import type { Event } from "../core/change.ts";
import { changed } from "../core/commit.ts";
import { letters } from "../../shared/core/letters.ts";
import { parseNumber } from "../core/numbers.ts";
import { firstBound, insertBound } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import { again, behind } from "../do-not-call/back.ts";
import { changeEntries, endOf, endsOf, saidAgain } from "../do-not-call/changes.ts";
import { REPLACED } from "../do-not-call/refusals.ts";
import {
  consentedSince,
  insertEntries,
  lately,
  datedAhead,
  liveEntry,
  newEntry,
  stillLive,
  undoable,
} from "../do-not-call/rows.ts";
import { after, spreadOf } from "../do-not-call/spread.ts";
import type { Env } from "../env.ts";
import { requestsBound, statesBound } from "./bound.ts";
import { clocks } from "./clocks.ts";
import { writeChanges } from "./duties.ts";
import { type Arriving, floodAt } from "./pages/flood.ts";
import { askAddress, newLink } from "./links.ts";
import type { Columns, Moment } from "./rows.ts";
import { timeline } from "./take-step.ts";

type Asked = z.infer<typeof requestSchema>;
/** Where a request comes from. */
export interface Origin {
  channel: Columns["channel"];
  receivedOn: string;
  /** A person's id, or `public`. */
  by: string;
  /** Why it is entered so late after it was received. */
  receivedWhy?: string | undefined;
  /** Of a request of the public. */
  arriving?: Arriving;
  /** The entry of the do-not-call list that it is about, where that is there already. */
  entry?: string;
}
export interface NewRequest {
  event: Event;
  statements: Statement[];
  row: Pick<Columns, "id" | "ref" | "decide_by">;
  /** A link to its page, of the scope `page`. */
  link: string;
}

const newReference = (): string => letters(crypto.getRandomValues(new Uint8Array(8)));

/** Plans a new request. Throws a Problem where its number cannot be read. */
export async function planRequest(
  c: { env: Env; req: { url: string } },
  asked: Asked,
  { channel, receivedOn, receivedWhy, by, arriving, entry }: Origin,
  moment: Moment,
): Promise<NewRequest> {
  const { policy, at, today, now } = moment;
  const { kind, email = null } = asked;
  const e164 = asked.number === undefined ? null : parseNumber(asked.number, policy.numbers.defaultRegion);
  const oral = channel === "telephone" || channel === "person";
  const isPublic = channel === "page";
  const state = startOf(kind, { oral, inWriting: policy.requests.erasureInWriting, known: !isPublic });
  const id = crypto.randomUUID();
  const ref = newReference();
  const flood = arriving === undefined ? null : await floodAt(c.env, arriving, id, now);
  const held =
    kind === "objection" && entry === undefined
      ? await hold(c.env.DB, e164!, { ref, by, isPublic, at })
      : null;
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
    pauses: policy.requests.pauses,
    narrowed: asked.narrowed ? "form" : null,
    decide_by: "",
    // Only the link that is mailed to it proves an address (own-page.tsx).
    proved_at: null,
    asked_on: null,
    proof_on: null,
    paused_days: 0,
    clarify_on: null,
    clarified_days: 0,
    extended_on: null,
    decided_on: null,
    suppression: held?.entry ?? entry ?? null,
    outcome: kind === "objection" && !isPublic ? "confirmed" : null,
    closed_at: null,
    by,
    at,
    wave: flood?.wave ?? null,
  } satisfies Partial<Columns>;
  row.decide_by = clocks(row as unknown as Columns, today).decideBy;
  const toPage = newLink(c, id, "page", now);
  const duties = dutiesAfter([], "created", {
    ...{ kind, state, receivedOn, on: receivedOn, decideBy: row.decide_by, paused: false },
    ...{ decision: null, untold: 0, promise: promiseOf(policy.requests) },
  });
  const first = firstBound(statesBound, row);
  const inserted = insertBound(requestsBound, [{ ...row, ...first.columns }]);
  const owed = await writeChanges(c.env.DB, [{ request: id, duties: [], made: false, changes: duties }], {
    on: today,
    by,
    at,
  });
  return {
    row,
    link: toPage.link,
    event: {
      code: "request.created",
      subject: id,
      payload: { reference: ref, kind, channel, receivedOn, ...(receivedWhy && { receivedWhy }) },
      by,
    },
    statements: [
      ...(held?.statements ?? []),
      { ...inserted, binds: [...inserted.binds!, first.event] },
      ...owed,
      timeline(id, "created", state, { channel }, by, at),
      toPage.statement,
      ...(email === null ? [] : askAddress(c, { id, ref, email, by }, moment)),
      ...(flood?.statements ?? []),
    ],
  };
}

interface Held {
  /** The entry that holds the number, or is kept behind one that does already. */
  entry: string;
  statements: Statement[];
}

/** The statements that put a number on the do-not-call list, if it is not there. */
async function hold(
  db: D1Database,
  e164: string,
  { ref, by, isPublic, at }: { ref: string; by: string; isPublic: boolean; at: string },
): Promise<Held> {
  const live = await liveEntry(db, e164, "objection");
  const before = live ?? (await lately(db, e164, Date.parse(at)));
  const ahead = await datedAhead(db, JSON.stringify([numberOf(e164)]), at);
  // Nobody was asked whom it closes: the number at once, and compliance is.
  const entry = newEntry({
    ...{
      number: e164,
      kind: "objection",
      reason: fill(t.reason.objection, { reference: ref }),
      source: "request",
    },
    // Taking it back brings back what staff had verified (objections.ts).
    ...{ until: null, by, at, unverified: isPublic, scope: after(before, "unsaid") },
    heardAt: ahead.get(numberOf(e164)) ?? null,
  });
  const checked = live?.unverified === 0;
  if (live && (checked || isPublic) && !(await consentedSince(db, live))) {
    const repeated = checked && undoable(live, Date.parse(at)) ? await saidAgain(db, [live.id]) : [];
    // Of two that nobody verified, the second dates the first.
    const kept = (checked ? behind : again)({ ...entry, scope: "unsaid" }, by);
    return {
      entry: checked ? kept.id : live.id,
      statements: [
        // Said again is changed, too: whoever made the entry does not undo the request with it.
        ...(await changeEntries(db, repeated, at)),
        // If that entry is ended at this very moment, the request is planned again, with one of its own.
        stillLive([live.id]),
        insertEntries([kept]),
        changed("number", e164),
      ],
    };
  }
  const reach = await spreadOf(db, [{ entry, replaces: before?.id ?? null }], { by, at });
  return {
    entry: entry.id,
    statements: [
      ...(await changeEntries(
        db,
        [...reach.moves, ...(await endsOf(db, endOf(at, by, REPLACED), [live?.id]))],
        at,
      )),
      insertEntries([entry]),
      changed("number", e164),
      ...reach.then,
    ],
  };
}
