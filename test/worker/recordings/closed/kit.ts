/** Shared by the tests of closed kept recordings: six of this month, by one integration, of a number each, and what the API says of them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { RecordingRequest, RecordingsAnswer } from "../../../../shared/recordings/api.ts";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { closeKept } from "../../../../worker/recordings/closed/close.ts";
import {
  lookForFiles,
  returnDue,
  returnNear,
  rewriteKept,
} from "../../../../worker/recordings/closed/due.ts";
import { siftNumbers } from "../../../../worker/recordings/closed/names/sift.ts";
import type { Env } from "../../../../worker/env.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { call, DAY, dump, integration, MINUTE, under } from "../../helpers.ts";
import { laid, sample } from "../kit.ts";

/** Months of now close by then, and no recording's day is near. */
export const LATER = Date.now() + 100 * DAY;
export const FIRST = 442079460950;
export const numberOf = (n: number) => `+${FIRST + n}`;
export const agentOf = (n: number) => (n % 2 === 0 ? "ann@example.com" : "bob@example.com");

/** The integration's token: its keys are below `dialler/`. */
export let dialler: string;
export const reports: RecordingRequest[] = [];
export const ids: string[] = [];

/** Before the tests of a file: the integration, and its first recordings. */
export async function begin(admin: string, n: number): Promise<void> {
  for (const all of [ids, reports]) all.length = 0;
  dialler = await integration(admin, ["recordings:write", "calls:write"], "The dialler", "dialler/");
  await registered(n);
}

/** It registers more, a minute between two. */
export async function registered(n: number, own: Partial<RecordingRequest> = {}): Promise<string[]> {
  const first = ids.length;
  for (let i = first; i < first + n; i++) {
    const report = sample({
      ...{ number: numberOf(i), agent: agentOf(i), storage: { kind: "r2", key: `dialler/${i}.mp3` } },
      ...{ startedAt: new Date(Date.now() - (60 - i) * MINUTE).toISOString(), ...own },
    });
    await laid(env, report);
    const { status, data } = await call("POST", "/v1/recordings", { token: dialler, body: report });
    expect(status, JSON.stringify(data)).toBe(201);
    reports.push(report);
    ids.push((data as { id: string }).id);
  }
  return ids.slice(first);
}

/** The night's job, once the trail's rows have left. */
export async function close(now = LATER, more: Parameters<typeof closeKept>[2] = {}, own: Env = env) {
  await archiveMonths(env, now);
  await closeKept(own, now, more);
}
/** A night: what is nearly due comes back, then months close. */
export async function night(now: number, own: Env = env) {
  await siftNumbers(own);
  await rewriteKept(own, now);
  await returnNear(own, now);
  await returnDue(own, now);
  await lookForFiles(own, now);
  await close(now, {}, own);
}

export const here = async () => ((await dump("recordings")) as { id: string }[]).map(({ id }) => id).sort();
export const named = async () =>
  ((await dump("closed_kept_files")) as { key: string }[]).map(({ key }) => key).sort();
export const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "recordings/" })).objects.map(({ key }) => key).sort();
export const isHere = async (id: string) => (await here()).includes(id);

export const get = async (token: string, path: string, own: Env = env) => {
  const { status, data } = await under(own, "GET", path, { token });
  return { status, data };
};
/** All that a search finds, page by page: a page may be short. */
export async function listed(token: string, query: string, own: Env = env): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let after = "", n = 0; n < 200; n++) {
    const { status, data } = await get(token, `/v1/recordings?${query}${after}`, own);
    expect(status, `${query}: ${JSON.stringify(data)}`).toBe(200);
    const page = data as RecordingsAnswer;
    all.push(...page.recordings);
    if (page.next === null) return all;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  throw new Error(`no end of ${query}`);
}

/** A clock that a reading of it puts on by two minutes: a run makes one file. */
export const slow = () => {
  let at = LATER;
  return () => (at += 2 * MINUTE);
};
export const killed = {
  ...env,
  LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
} as unknown as Env;

/** A Worker before whose first commit of an event all closes that may, once; and what follows. */
export function closingBefore(
  code: string,
  now: number,
  more: () => Promise<void> = async () => {},
): { own: Env; isOver: () => boolean } {
  let isDue = true;
  const ledger = ledgerOf(env);
  const get = () => ({
    written: () => ledger.written(),
    archived: (...args: Parameters<typeof ledger.archived>) => ledger.archived(...args),
    commit: async (change: Change) => {
      if (isDue && change.event.code === code) {
        isDue = false;
        await close(now);
        await more();
      }
      return ledgerOf(env).commit(change);
    },
  });
  const LEDGER = { idFromName: () => "x", get } as unknown as Env["LEDGER"];
  return { own: { ...env, LEDGER }, isOver: () => !isDue };
}
