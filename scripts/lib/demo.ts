/** The demo's data: a team of four, two registers, and the company's own entries. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demoRegisters, onRecord, type Standing } from "../../demo/data.ts";
import type { PolicyAnswer, PolicySaved } from "../../shared/policy/api.ts";
import type { HealthAnswer } from "../../shared/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { Plain } from "./processes.ts";
import { addPerson, call, daysAgo, type Identity, push, type Role, setUp, type Tokens } from "./seed.ts";

export const team: Record<Role, Identity> = {
  agent: { name: "Priya Nair", email: "priya@northfold.example" },
  manager: { name: "Daniel Reeve", email: "daniel@northfold.example" },
  compliance: { name: "Imogen Clarke", email: "imogen@northfold.example" },
  admin: { name: "Sam Whitlock", email: "sam@northfold.example" },
};

/** Stored beside the database, readable by its owner only, because it has the tokens. */
interface DemoState {
  tokens: Partial<Tokens>;
  /** The date of the registers that were last pushed. */
  asOf: string | null;
  /** The steps that are done, so that an interrupted start resumes. */
  done: string[];
}

/** Push again after this time, because a register older than 28 days answers "unknown". */
const FRESH_DAYS = 14;

interface DemoOptions {
  url: string;
  setupCode: string;
  stateDir: string;
  crmUrl: string;
  say: (line: string) => void;
}

/** Adds the demo's data that is not there yet. Returns the team's tokens. */
export async function seedDemo({ url, setupCode, stateDir, crmUrl, say }: DemoOptions): Promise<Tokens> {
  const file = join(stateDir, "demo.json");
  const state = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DemoState) : fresh();
  const save = () => {
    writeFileSync(file, JSON.stringify(state, null, 2), { mode: 0o600 });
    chmodSync(file, 0o600);
  };
  const once = async (name: string, step: () => Promise<void>) => {
    if (state.done.includes(name)) return;
    await step();
    state.done.push(name);
    save();
  };

  const { setup } = await call<HealthAnswer>(url, null, "GET", "/v1/health");
  if (setup) {
    Object.assign(state, fresh());
    say("Making the demo team…");
    state.tokens.admin = await setUp(url, setupCode, team.admin);
    save();
  }
  const admin = state.tokens.admin;
  if (!admin) {
    throw new Plain(
      [
        `The database in ${stateDir} has people of its own, so the demo leaves it alone.`,
        "Give the demo another place: STATE_DIR=.wrangler/demo npm start",
      ].join("\n"),
    );
  }
  for (const role of ["manager", "compliance", "agent"] as const) {
    if (!state.tokens[role]) state.tokens[role] = await addPerson(url, admin, { ...team[role], role });
    save();
  }
  await once("policy", () => namePolicy(url, state.tokens as Tokens, crmUrl));

  if (state.asOf === null || state.asOf < daysAgo(FRESH_DAYS)) {
    say("Pushing the demo registers…");
    const again = state.asOf !== null;
    const asOf = daysAgo(again ? 0 : 2);
    for (const [list, numbers] of Object.entries(demoRegisters())) {
      // The demo's registers never change; real ones do.
      await push(url, admin, list, numbers, asOf, again ? ["--attest-same-file"] : []);
    }
    state.asOf = asOf;
    save();
  }
  for (const [i, { written, standing }] of onRecord.entries()) {
    const record = standing && records[standing];
    if (record) await once(`${i} ${written} ${standing}`, () => record(url, state.tokens as Tokens, written));
  }
  return state.tokens as Tokens;
}

const fresh = (): DemoState => ({ tokens: {}, asOf: null, done: [] });

const records: Partial<Record<Standing, (url: string, tokens: Tokens, number: string) => Promise<void>>> = {
  objection: (url, { agent }, number) =>
    call(url, agent, "POST", "/v1/suppressions", {
      number,
      kind: "objection",
      reason: "Asked on the telephone not to be called again",
      source: "telephone",
    }),
  house: (url, { manager }, number) =>
    call(url, manager, "POST", "/v1/suppressions", {
      number,
      kind: "house",
      reason: "In dispute with us: accounts department only",
      source: "management",
    }),
  consented: (url, { manager }, number) =>
    call(url, manager, "POST", "/v1/consents", {
      number,
      kind: "notification",
      giver: "subscriber",
      givenBy: "The subscriber",
      givenAt: new Date(Date.now() - 40 * DAY).toISOString(),
      words: "Northfold may call me about its services",
      how: "web",
      proof: "Web form WF-2026-1180",
    }),
};

/** The demo company's policy: who calls, when it was reviewed, and its CRM's address. */
async function namePolicy(url: string, { admin, compliance }: Tokens, crmUrl: string): Promise<void> {
  const { version, policy } = await call<PolicyAnswer>(url, admin, "GET", "/v1/policy");
  const identity = {
    company: "Northfold Supplies Ltd",
    line: "Good morning, I am calling from Northfold Supplies.",
    address: "14 Example Wharf, Leeds",
    freephone: "0808 157 0100",
    ownNumbers: ["+443069990444", "+448081570100"],
    presentationNumber: "+443069990444",
  };
  const review = { ...policy.review, lastReviewed: daysAgo(30), by: team.compliance.name };
  const { proposed } = await call<PolicySaved>(
    url,
    admin,
    "PUT",
    "/v1/policy",
    { policy: { ...policy, identity, review, sites: [crmUrl] }, why: "The demo company's policy" },
    { "if-match": `"${version}"` },
  );
  // Our own numbers wait for a second person.
  if (proposed) await call(url, compliance, "POST", `/v1/proposals/${proposed.id}/approve`);
}
