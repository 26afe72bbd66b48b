/** Times checks, and the same numbers looked up in a table with one row a number, in the same Worker. */
import { type Listed, random, spaceOf } from "./lists-files.ts";
import { ms, quantile, ratio, table } from "./table.ts";

const ROUNDS = 100;
const WARM_UP = 10;

interface Target {
  url: string;
  token: string;
  numbers: Float64Array;
  listed: Listed;
}

/** Prints a table for each size. Returns how many answers were wrong. */
export async function checks({ url, token, numbers, listed }: Target): Promise<number> {
  const next = random(2);
  const [from, to] = spaceOf(numbers.length);
  const rows: string[][] = [
    ["numbers", "check p50", "p95", "on rows p50", "ratio", "look-up in blocks p50", "in rows p50", "ratio"],
  ];
  let wrong = 0;
  const timed = async (path: string, body: unknown): Promise<[number, unknown]> => {
    const began = performance.now();
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json: unknown = await answer.json();
    return [performance.now() - began, json];
  };
  for (const size of [1, 50, 500, 1000]) {
    const [check, onRows, blocks, perNumber]: number[][] = [[], [], [], []];
    for (let i = 0; i < ROUNDS + WARM_UP; i++) {
      const asked = Array.from({ length: size }, (_, k) =>
        (k + i) % 2 ? numbers[Math.floor(next() * numbers.length)]! : from + Math.floor(next() * (to - from)),
      );
      const ids = asked.map((n) => 440_000_000_000 + n);
      const [took, answer] = await timed("/v1/check", { numbers: asked.map((n) => `+44${n}`) });
      const [tookOnRows, answerOnRows] = await timed("/bench/check", {
        numbers: asked.map((n) => `+44${n}`),
      });
      for (const { results } of [answer, answerOnRows] as { results: { facts: { lists: unknown[] } }[] }[])
        results.forEach((r, k) => {
          if (r.facts.lists.length > 0 !== listed.has(asked[k]!)) wrong++;
        });
      const [own] = await timed("/bench/blocks", ids);
      const [peer] = await timed("/bench/rows", ids);
      if (i < WARM_UP) continue;
      check!.push(took);
      onRows!.push(tookOnRows);
      blocks!.push(own);
      perNumber!.push(peer);
    }
    const p50 = (times: number[] | undefined) => quantile(times!, 0.5);
    rows.push([
      size.toLocaleString("en-GB"),
      ms(p50(check)),
      ms(quantile(check!, 0.95)),
      ms(p50(onRows)),
      ratio(p50(check), p50(onRows)),
      ms(p50(blocks)),
      ms(p50(perNumber)),
      ratio(p50(blocks), p50(perNumber)),
    ]);
  }
  console.log(`\nRandom numbers, half of them listed, ${ROUNDS} requests each; wrong answers: ${wrong}`);
  console.log("check: POST /v1/check; on rows: the same with the lists as one row a number;");
  console.log(
    "look-up: a bare SELECT of the same numbers, with nobody asked who asks and nothing said of them.\n",
  );
  console.log(table(rows));
  return wrong;
}
