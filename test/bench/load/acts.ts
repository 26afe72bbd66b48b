/** What agents do under load: pages, polls and dials, each timed from sending the request until its answer is read. */
import { pause } from "../../../scripts/lib/processes.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { random } from "../lists-files.ts";
import { type Bench, today } from "./bench.ts";
import { keep } from "./model.ts";
import { ms, quantile } from "../table.ts";

export const PAGE = 50;
const next = random(7);

export interface Took {
  took: number[];
  failed: number;
}

/** A row of the table: what was done, how often a second, how long it took, and how often it failed. */
export const rowOf = (name: string, { took, failed }: Took, lasted: number): string[] => [
  name,
  String(Math.round((took.length / lasted) * 1000)),
  ...[0.5, 0.95, 0.99].map((q) => ms(quantile(took, q))),
  String(failed),
];

/** All agents at once. `act` answers whether it went well. */
export async function agents(
  bench: Bench,
  lasts: number,
  every: number,
  act: (bench: Bench, token: string) => Promise<boolean>,
): Promise<Took> {
  const done: Took = { took: [], failed: 0 };
  const until = performance.now() + lasts;
  await Promise.all(
    bench.agents.map(async (token) => {
      await pause(next() * every);
      while (performance.now() < until) {
        const began = performance.now();
        const fine = await act(bench, token).catch(() => false);
        const took = performance.now() - began;
        done.took.push(took);
        if (!fine) done.failed++;
        if (every > 0) await pause(Math.max(0, Math.min(every - took, until - performance.now())));
      }
    }),
  );
  return done;
}

export const post = (url: string, path: string, token: string, body: unknown) =>
  fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

export const somePage = ({ pool }: Bench): string[] => {
  const from = Math.floor(next() * (pool.length - PAGE));
  return pool.slice(from, from + PAGE);
};

export async function page(bench: Bench, token: string): Promise<boolean> {
  const numbers = somePage(bench);
  const answer = await post(bench.url, "/v1/check", token, { numbers });
  if (!answer.ok) return false;
  bench.kept.push(keep(numbers, (await answer.json()) as CheckAnswer));
  return true;
}

/** Sends the record of a dial that passed, as the extension does. */
export async function dialOne({ url, pool, kept }: Bench, token: string): Promise<boolean> {
  const { seq, policy, tps, ctps } = kept.at(-1)!;
  const lists = Object.entries({ tps, ctps }).map(([id, version]) => ({ id, version, asOf: today }));
  const e164 = pool[Math.floor(next() * pool.length)]!;
  // Half of the links of CRMs have no country code.
  const number = next() < 0.5 ? e164 : `0${e164.slice(3)}`;
  const answer = await fetch(`${url}/v1/dials`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    },
    body: JSON.stringify({
      ...{ number, e164, action: "passed", verdict: "clear", host: "crm.example.com" },
      reasons: lists.map(({ id }) => ({ code: "not-listed", list: id, asOf: today })),
      seen: { seq, policy, lists },
      at: new Date().toISOString(),
    }),
  });
  await answer.arrayBuffer();
  return answer.ok;
}

/** Asks what has changed since the newest answer, as a browser does while a page with numbers is in view. */
export async function poll({ url, kept }: Bench, token: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/changes?since=${kept.at(-1)!.seq}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await answer.arrayBuffer();
  return answer.ok;
}

/** How many verdicts were wrong, by the trail's rows from a day on. */
export async function wrongOnes({ url, admin, model, kept }: Bench, from = today): Promise<number> {
  const trail = await fetch(`${url}/v1/audit/export?from=${from}`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  const rows = (await trail.text()).trimEnd().split("\n");
  model.readTrail(rows.map((row) => JSON.parse(row) as { seq: number; code: string; subject: string }));
  return kept.reduce((sum, answer) => sum + model.wrongIn(answer), 0);
}
