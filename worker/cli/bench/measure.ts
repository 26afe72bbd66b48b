/** What a bench asks of a Worker, and how long each answer took: from sending until the whole answer is here. */
import type { HealthAnswer } from "../../../shared/api.ts";
import type { ChangesAnswer } from "../../../shared/check/api.ts";
import type { MeAnswer } from "../../../shared/people/api.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import type { DigestsAnswer } from "../../../shared/registers/api-upload.ts";
import { benchCliEn as t } from "../../../shared/texts/cli/bench.en.ts";
import { cliEn } from "../../../shared/texts/cli/cli.en.ts";
import { english, fill } from "../../../shared/texts/language.ts";
import { once, Refusal } from "../client.ts";
import { madeUp } from "./made-up.ts";

/** Each kind of request: how many numbers it asks about, and its share of the requests. */
const KINDS = {
  one: { numbers: 1, share: 0.2 },
  page: { numbers: 50, share: 0.6 },
  part: { numbers: 1000, share: 0.1 },
  changes: { numbers: 0, share: 0.1 },
} as const;
export type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

export interface Measured {
  version: string;
  company: string;
  /** Where Cloudflare answered, by cf-ray: airports' codes. Empty where no Cloudflare is between. */
  colos: string[];
  requests: number;
  numbers: number;
  /** Milliseconds. */
  took: Record<Kind, number[]>;
  /** The digests of the largest register, read as a sync reads them first; null where that is not possible. */
  sync: { list: string; blocks: number; requests: number; ms: number } | null;
}

/** Sends at most `most` requests, one after another, and stops at the first that is refused. Throws a Refusal. */
export async function measure(
  url: string,
  token: string,
  most: number,
  progress: (done: number, total: number) => void,
): Promise<Measured> {
  const colos = new Set<string>();
  let requests = 0;
  async function timed<T>(method: string, path: string, body?: unknown): Promise<{ answer: T; ms: number }> {
    if (++requests > most) throw new Refusal("too-many-requests", fill(t.most, { most }));
    const before = performance.now();
    const response = await once(url, token, method, path, body);
    const text = await response.text();
    const ms = performance.now() - before;
    const colo = /-([A-Z]{3})$/.exec(response.headers.get("cf-ray") ?? "")?.[1];
    if (colo !== undefined) colos.add(colo);
    progress(requests, most);
    return { answer: parsed<T>(text), ms };
  }
  function parsed<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Refusal("not-cleardial", fill(cliEn.notClearDial, { url }));
    }
  }
  const read = async <T>(path: string) => (await timed<T>("GET", path)).answer;

  const { version } = await read<HealthAnswer>("/v1/health");
  const { person, company } = await read<MeAnswer>("/v1/me");
  const { lists } = await read<{ lists: RegisterHead[] }>("/v1/lists");
  const { seq } = await read<ChangesAnswer>("/v1/changes?since=0");
  const byLookup = lists.find(({ lookup }) => lookup !== undefined);
  if (byLookup) throw new Refusal("lookups-on", fill(t.lookups, { list: byLookup.name }));

  const largest = lists.filter(({ version: v }) => v > 0).toSorted((a, b) => b.numbers - a.numbers)[0];
  const sync = person.role === "admin" && largest ? await compare(largest.id) : null;

  const left = most - requests;
  const plan = Object.fromEntries(
    kinds.map((kind) => [kind, Math.floor(left * KINDS[kind].share)]),
  ) as Record<Kind, number>;
  if (kinds.some((kind) => plan[kind] === 0)) throw new Refusal("too-many-requests", fill(t.most, { most }));
  const numbers = kinds.reduce((sum, kind) => sum + plan[kind] * KINDS[kind].numbers, 0);
  // An agent is not told what the company's own limit is; the Worker refuses what goes beyond it.
  const { numbersPerHour } = defaultPolicy.access;
  if (person.role === "agent" && numbers > numbersPerHour)
    throw new Refusal(
      "too-many-numbers",
      fill(t.agent, { numbers: say(numbers), hour: say(numbersPerHour) }),
    );

  const took: Record<Kind, number[]> = { one: [], page: [], part: [], changes: [] };
  let asked = 0;
  for (const kind of kinds)
    for (let i = 0; i < plan[kind]; i++) {
      const { numbers: n } = KINDS[kind];
      const { ms } = await (n === 0
        ? timed("GET", `/v1/changes?since=${seq}`)
        : timed("POST", "/v1/check", { numbers: madeUp(asked, n) }));
      took[kind].push(ms);
      asked += n;
    }
  // The shares are rounded down.
  progress(most, most);
  return { version, company, colos: [...colos].sort(), requests, numbers, took, sync };

  async function compare(list: string): Promise<Measured["sync"]> {
    const first = requests;
    let [blocks, ms] = [0, 0];
    for (let after: number | null = -1; after !== null;) {
      const page: { answer: DigestsAnswer; ms: number } = await timed<DigestsAnswer>(
        "GET",
        `/v1/lists/${encodeURIComponent(list)}/digests?after=${after}`,
      );
      blocks += page.answer.blocks.length;
      ms += page.ms;
      after = page.answer.next;
    }
    return { list, blocks, requests: requests - first, ms };
  }
}

const say = (n: number) => n.toLocaleString(english.language);
