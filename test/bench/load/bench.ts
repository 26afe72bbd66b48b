/** The load bench's people, registers and policy, and the changes to them meanwhile. */
import { join } from "node:path";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { capture, pause } from "../../../scripts/lib/processes.ts";
import { addPerson, call, push as pushOnce, setUp } from "../../../scripts/lib/seed.ts";
import { changePolicy } from "../../e2e/kit/policy.ts";
import { makeNumbers, plainLine, replaceSome, writeLines } from "../lists-files.ts";
import { type Kept, Model, type Treatment } from "./model.ts";

export const AGENTS = 200;
/** How many numbers are on the TPS, and how many each push replaces. */
export const LISTED = 200_000;
const REPLACED = 2000;
export const today = new Date().toISOString().slice(0, 10);

export interface Bench {
  url: string;
  /** The national numbers on the TPS now; a push replaces some. */
  numbers: Float64Array;
  dir: string;
  admin: string;
  /** Saves policies, which the administrator approves. */
  manager: string;
  agents: string[];
  pool: string[];
  model: Model;
  kept: Kept[];
}

/** Sets up people, registers and a policy without an hourly limit for agents. */
export async function prepare(url: string, dir: string, count = AGENTS): Promise<Bench> {
  process.stderr.write(`${count} agents and ${LISTED} numbers …\n`);
  const admin = await setUp(url, "bench", { name: "Bench", email: "bench@example.com" });
  const people = Array.from({ length: count }, (_, i) => ({
    ...{ name: `Agent ${i}`, email: `agent${i}@example.com` },
    role: "agent" as const,
  }));
  const agents: string[] = [];
  for (let i = 0; i < count; i += 20)
    agents.push(...(await Promise.all(people.slice(i, i + 20).map((who) => addPerson(url, admin, who)))));
  const manager = await addPerson(url, admin, {
    ...{ name: "Manager", email: "manager@example.com", role: "manager" as const },
  });
  const model = new Model();
  const numbers = makeNumbers(LISTED);
  // Half of the numbers on pages have ever been listed. The numbers that pushes will replace come first.
  const pool = Array.from({ length: 6000 }, (_, i) => (i % 2 ? e164(numbers[i]!) : e164(numbers[i]! + 1)));
  const bench: Bench = { url, numbers, dir, admin, manager, agents, pool, model, kept: [] };
  await pushList(bench, "tps", numbers);
  const ctps = numbers.slice(LISTED - 20_000);
  await pushOnce(
    url,
    admin,
    "ctps",
    Array.from(ctps, (n) => `0${n}`),
    today,
  );
  model.ctps.set(1, new Set(Array.from(ctps, e164)));
  await savePolicy(bench, "hold");
  return bench;
}
const e164 = (n: number) => `+44${n}`;

async function pushList(
  { url, dir, admin, model }: Bench,
  list: "tps",
  numbers: Float64Array,
): Promise<void> {
  const file = join(dir, "register.txt");
  await writeLines(file, numbers, plainLine);
  const args = [at("worker/cli/main.ts"), "--json", "push", list, file, "--as-of", today];
  const env = { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: admin };
  const { version } = JSON.parse(await capture(process.execPath, args, { env })) as { version: number };
  model.tps.set(version, new Set(Array.from(numbers, e164)));
}

/** With a declared ground, a listing is a caution instead of a bar. */
async function savePolicy({ url, admin, manager, model }: Bench, tps: Treatment): Promise<void> {
  const grounds = { tps: "The bench calls its own numbers." };
  const version = await changePolicy(url, { saves: manager, approves: admin }, (policy) => ({
    ...policy,
    grounds: tps === "warn" ? grounds : {},
    access: { ...policy.access, numbersPerHour: 1_000_000 },
  }));
  model.treatment.set(version, tps);
}

/** Changes registers, policy and objections in turn, without end, each as a person with that role. */
export class Changes {
  readonly #bench: Bench;
  readonly #done = { pushes: 0, saves: 0, objections: 0 };
  #going = true;
  #work: Promise<void>[] = [];
  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** With so many milliseconds after each. */
  start(pauses = { push: 4000, save: 2000, objection: 250 }): void {
    const { url, admin, pool, model, numbers } = this.#bench;
    this.#each(pauses.push, async (i) => {
      replaceSome(numbers, REPLACED, 100 + i);
      await pushList(this.#bench, "tps", numbers);
      this.#done.pushes++;
    });
    this.#each(pauses.save, async (i) => {
      await savePolicy(this.#bench, i % 2 ? "hold" : "warn");
      this.#done.saves++;
    });
    this.#each(pauses.objection, async (i) => {
      const number = pool[(i * 37) % 500]!;
      const entry = await call<Suppression>(url, admin, "POST", "/v1/suppressions", {
        ...{ number, kind: "objection", reason: "The bench" },
      });
      model.entries.set(entry.id, number);
      this.#done.objections++;
      if (i % 2) await call(url, admin, "DELETE", `/v1/suppressions/${number}`, { reason: "The bench" });
    });
  }

  #each(every: number, act: (i: number) => Promise<void>): void {
    const go = async () => {
      for (let i = 0; this.#going; i++) {
        await act(i);
        await pause(every);
      }
    };
    this.#work.push(go());
  }

  /** A summary in words. Throws the first error. */
  async stop(): Promise<string> {
    this.#going = false;
    await Promise.all(this.#work);
    const { pushes, saves, objections } = this.#done;
    return `${pushes} pushes, ${saves} saves of the policy and ${objections} objections`;
  }
}
