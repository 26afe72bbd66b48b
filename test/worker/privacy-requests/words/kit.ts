/** Shared by the tests of the words that an erasure takes out. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { record } from "../../../../worker/core/commit.ts";
import { eraseWords } from "../../../../worker/privacy-requests/words/erase.ts";
import { call, dump } from "../../helpers.ts";
import { act, confirmAll, done, enter, tokens } from "../kit.ts";

/** Something that an event says, as evidence of whatever. */
export const says = (payload: unknown, subject = "") =>
  record(env, { actor: "system", statements: [], event: { code: "test.said", subject, payload } });
export const isSaid = async (text: string) => JSON.stringify(await dump("audit_payload")).includes(text);

let n = 0;
export const aNumber = (): string => `+442079460${String(++n).padStart(3, "0")}`;
/** A verified request of erasure that was searched, also for `numbers`. */
export async function request(
  name: string,
  number = aNumber(),
  numbers: readonly string[] = [],
): Promise<string> {
  const email = `asked${++n}@example.com`;
  const id = await enter(tokens.compliance, { kind: "erasure", name, email, number });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true, ...(numbers.length > 0 && { numbers }) });
  await confirmAll(tokens.compliance, id);
  return id;
}
export const comply = (id: string) => done(tokens.compliance, id, "decide", { decision: "comply" });
export const tryToComply = (id: string) => act(tokens.compliance, id, "decide", { decision: "comply" });
export async function runs(times = 3): Promise<void> {
  for (let run = 0; run < times; run++) await eraseWords(env);
}
interface Due {
  job: string;
  request: string;
  after: number;
  waits: number | null;
}
export const dueOf = async (id: string): Promise<Due | undefined> =>
  ((await dump("words_due")) as Due[]).find(({ request: of }) => of === id);
/** The payloads of a request's events with this code, oldest first. */
export const saidOf = async (code: string, id: string): Promise<unknown[]> =>
  (
    await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = ? AND subject = ? ORDER BY seq",
    )
      .bind(code, id)
      .all<{ payload: string }>()
  ).results.map(({ payload }) => JSON.parse(payload) as unknown);
/** A consent, as a manager records it. */
export async function consent(number: string, more: object): Promise<string> {
  const said = { kind: "notification", giver: "subscriber", how: "web", proof: "form 12" };
  const { status, data } = await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: { number, ...said, givenAt: new Date().toISOString(), ...more },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  expect(status, JSON.stringify(data)).toBe(201);
  return (data as { id: string }).id;
}
/** A Worker that cannot read one of the archives, as it is not there or the store fails. */
export const without = (key: string, isDown = false): typeof env => ({
  ...env,
  ARCHIVE: new Proxy(env.ARCHIVE, {
    get: (bucket, name) =>
      name === "get"
        ? (of: string) =>
            of !== key ? bucket.get(of) : isDown ? Promise.reject(new Error("down")) : Promise.resolve(null)
        : (Reflect.get(bucket, name) as () => unknown).bind(bucket),
  }),
});
/** The key of the newest archive. */
export const newest = async (): Promise<string> =>
  ((await dump("audit_archives")) as { key: string; first_seq: number }[]).sort(
    (a, b) => b.first_seq - a.first_seq,
  )[0]!.key;
