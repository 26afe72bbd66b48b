/** Shared by the tests of whom an objection closes: numbers, the records of two CRMs that hold them, and what is said. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { ChangesAnswer, CheckAnswer } from "../../../shared/check/api.ts";
import type { ScopeAnswer, Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { call, newTeam } from "../helpers.ts";

export const LINE = "+441134960001";
export const MOBILE = "+447700900001";
export const HOME = "+441134960002";
export const COLLEAGUE = "+447700900002";
export const SWITCHBOARD = "+441134960100";

/** The tokens of a test file's team. */
export let tokens: Record<Role, string>;

/** What the last runs of two CRMs left. */
export type Held = [connector: number, object: string, record: string, ...numbers: string[]];
export const hold = (...rows: Held[]) =>
  env.DB.batch(
    rows.flatMap(([connector, object, record, ...numbers]) =>
      numbers.map((number, place) =>
        env.DB.prepare(
          `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
           VALUES (?, ?, ?, 'phone', ?, ?, 'clear', '2026-11-01', 1)`,
        ).bind(connector, object, record, place, Number(number.slice(1))),
      ),
    ),
  );
/** A team and two CRMs for a test file, whose tests leave no entries behind. */
export const withCrms = (): void => {
  beforeAll(async () => {
    tokens = await newTeam();
    for (const [num, id] of [
      [1, "hub"],
      [2, "sales"],
    ])
      await env.DB.prepare(
        `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
         VALUES (?1, ?2, 'rest', ?2, '{}', 'header', '', 'x', '2026-11-01')`,
      )
        .bind(num, id)
        .run();
  });
  afterEach(async () => {
    for (const table of ["suppressions", "connector_numbers", "connector_accounts", "consents"])
      await env.DB.exec(`DELETE FROM ${table}`);
  });
};

export const object = (number: string, more: object = {}, token = tokens.agent) =>
  call("POST", "/v1/suppressions", { token, body: { number, reason: "do not call me", ...more } });
export const objected = async (number: string, more: object = {}) =>
  (await object(number, more)).data as Suppression;
export const say = (id: string, body: object, token = tokens.compliance) =>
  call("POST", `/v1/suppressions/${id}/scope`, { token, body: { reason: "asked them", ...body } });
export const said = async (id: string, body: object) => {
  const { status, data } = await say(id, body);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as ScopeAnswer;
};
export const end = (number: string, body: object = {}) =>
  call("DELETE", `/v1/suppressions/${number}`, {
    token: tokens.admin,
    body: { reason: "mistake", ...body },
  });
/** The numbers that an objection closes. */
export const closed = async (...numbers: string[]) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers } });
  return (data as CheckAnswer).results
    .filter(({ facts }) => facts!.suppressions.some(({ keepsLine }) => !keepsLine))
    .map(({ e164 }) => e164);
};
export const waiting = async () =>
  (
    (await call("GET", "/v1/suppressions?asks=yes", { token: tokens.compliance })).data as SuppressionsAnswer
  ).suppressions.map(({ number }) => number);
export const code = ({ data }: { data: unknown }) => (data as Problem).code;
export const changes = async (since = 0) =>
  (await call("GET", `/v1/changes?since=${since}`, { token: tokens.agent })).data as ChangesAnswer;

export const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!;
};
export const cautioned = async (...numbers: string[]) => {
  const found = await Promise.all(numbers.map(factsOf));
  return found
    .filter(({ reasons }) => reasons.some(({ code }) => code === "scope-unsaid"))
    .map(({ e164 }) => e164);
};

/** A consent of LINE, a moment after another. */
export const consentAfter = (at: string) =>
  env.DB.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, by, at)
     SELECT 'c', ?1, 'consent', 'x', ?2, 'x', id, ?2 FROM people LIMIT 1`,
  )
    .bind(Number(LINE.slice(1)), new Date(Date.parse(at) + 1).toISOString())
    .run();
