/** Records with flags and consents, and what comes of them. */
import { expect } from "vitest";
import type { Facts, CheckAnswer } from "../../../shared/check/api.ts";
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import { call, under } from "../helpers.ts";
import { add, driven, own, run } from "./drive.ts";
import { type Double, type Fields, fill } from "./kit.ts";

let next = 600;
/** A number of its own for each test: what is on record stays. */
export const number = () => `+4420794${60_000 + next++}`;

export async function factsOf(e164: string): Promise<Facts> {
  const { data } = await call("POST", "/v1/check", {
    token: driven.tokens.agent,
    body: { numbers: [e164] },
  });
  return (data as CheckAnswer).results[0]!.facts!;
}
/** `kind: reason`. */
export const entries = async (e164: string) =>
  (await factsOf(e164)).suppressions.map(({ kind, reason }) => `${kind}: ${reason}`);
export async function lift(e164: string) {
  const { suppressions } = await factsOf(e164);
  const { status } = await under(own, "DELETE", `/v1/suppressions/${e164}`, {
    token: driven.tokens.compliance,
    body: { reason: "A slip", kind: suppressions[0]!.kind },
  });
  expect(status).toBe(200);
}
export const object = (e164: string, scope = "line") =>
  under(own, "POST", "/v1/suppressions", {
    token: driven.tokens.admin,
    body: { number: e164, reason: "They asked", scope },
  });

/** A connected CRM with records of its first kind, of which a trial run was made. */
export async function connected(crm: Double, kind: ConnectorKind, rows: Fields[]) {
  const ids = fill(crm, kind, rows);
  const { id } = await add(crm, kind);
  await run(id, true);
  const of = (n: number) => crm.records[crm.setup.objects[0]!.name]!.find((one) => one.id === ids[n])!.fields;
  return { id, ids, of, go: () => run(id, false) };
}
export const SAYS = "house: the CRM Our CRM says not to call";

type Connected = Awaited<ReturnType<typeof connected>>;
/** Two connected CRMs. A round is a run of each, with what another program repeats after each (`ran`: which of them did). */
export async function twoOf(first: () => Promise<Connected>, second: () => Promise<Connected>) {
  const a = await first();
  // One double answers `fetch` at a time: each is put back before its run.
  const answersA = globalThis.fetch;
  const b = await second();
  const answersB = globalThis.fetch;
  const round = async (echo: (ran: 0 | 1) => void) => {
    for (const [ran, its, answers] of [[0, a, answersA] as const, [1, b, answersB] as const]) {
      globalThis.fetch = answers;
      await its.go();
      echo(ran);
    }
  };
  return { a, b, round };
}
