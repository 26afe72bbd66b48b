/** What people ask every day, of all that a simulated company has, with a store that takes 30 ms a read. */
import assert from "node:assert/strict";
import type { MeAnswer } from "../../../../shared/people/api.ts";
import { DAY } from "../../../../shared/core/time.ts";
import { call } from "../../../../scripts/lib/seed.ts";
import type { Rows } from "../../costs.ts";
import { AGENT, ask, type Company, dayOf, KNOWN, rowsOf } from "./company.ts";

/** A read of the archive, in milliseconds. */
const READ = 30;
/** Each is asked so often. */
const TIMES = 3;

export interface Asked {
  name: string;
  /** Milliseconds of the first and of the fastest. */
  took: readonly [number, number];
  /** Of the database, for one. */
  rows: Rows;
}
/** Those that an agent's browser asks. */
export const CHECK = "a check of 50 numbers";
export const POLL = "changes, as a page asks";

const pageOf50 = Array.from({ length: 50 }, (_, n) => `+4420710${String(n).padStart(5, "0")}`);

/** `now`: the company's. */
export async function askAll(company: Company, now: number): Promise<Asked[]> {
  const { worker, admin, agent } = company;
  await ask(company, "clock", { at: now });
  const { person } = await call<MeAnswer>(worker.url, agent, "GET", "/v1/me");
  const number = encodeURIComponent(KNOWN);
  const [day, closed, from] = [now - DAY, now - 120 * DAY, now - 29 * DAY].map(dayOf);
  // Five months back: all that may leave of it has left, and nothing of it is due.
  const [first, last] = [
    `${dayOf(now - 150 * DAY).slice(0, 7)}-01`,
    `${dayOf(now - 150 * DAY).slice(0, 7)}-28`,
  ];
  const month = `from=${first}&to=${last}`;
  const paths = {
    "dials of a number": `/v1/dials?number=${number}`,
    "dials of an agent": `/v1/dials?by=${person.id}`,
    "dials of an agent, in a closed month": `/v1/dials?by=${person.id}&${month}`,
    "dials of a day, in a closed month": `/v1/dials?from=${closed}&to=${closed}`,
    "the history of a number": `/v1/numbers/${number}/history`,
    "calls of a day": `/v1/calls?from=${day}&to=${day}`,
    "calls of a day, in a closed month": `/v1/calls?from=${closed}&to=${closed}`,
    "calls of an agent": `/v1/calls?person=${person.id}`,
    "calls of an agent, in a closed month": `/v1/calls?person=${person.id}&${month}`,
    "calls of a number": `/v1/calls?number=${number}`,
    "recordings of a number": `/v1/recordings?number=${number}`,
    "recordings of an agent, in a closed month": `/v1/recordings?agent=${AGENT}&${month}`,
    "recordings of a day": `/v1/recordings?date=${day}`,
    "recordings that are due": "/v1/recordings/erasures",
    "certificates, the newest": "/v1/recordings/certificates",
    "certificates, of a closed month": `/v1/recordings/certificates?after=${closed}T12:00:00.000Z`,
    "the overview": "/v1/waiting",
    "figures of a month": `/v1/figures?from=${from}&to=${day}`,
    "a statement": `/v1/statements/${day}`,
    [POLL]: "/v1/changes?since=0",
  };
  await ask(company, "further", { ms: READ });
  const asked: Asked[] = [];
  for (const [name, path] of Object.entries(paths)) asked.push(await timed(company, name, "GET", path));
  asked.push(await timed(company, CHECK, "POST", "/v1/check", { numbers: pageOf50 }, agent));
  await ask(company, "further", { ms: 0 });
  const { dials } = await call<{ dials: unknown[] }>(worker.url, admin, "GET", paths["dials of a number"]);
  assert.ok(dials.length > 0, "the number has dials");
  return asked;
}

async function timed(
  company: Company,
  name: string,
  method: string,
  path: string,
  body?: unknown,
  token = company.admin,
): Promise<Asked> {
  const took: number[] = [];
  await rowsOf(company);
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now();
    await call(company.worker.url, token, method, path, body);
    took.push(performance.now() - began);
  }
  const { read, written } = await rowsOf(company);
  return {
    name,
    took: [took[0]!, Math.min(...took)],
    rows: { read: read / TIMES, written: written / TIMES },
  };
}
