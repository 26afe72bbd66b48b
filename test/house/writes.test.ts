/**
 * Every change of state goes through `commit`: SQL that writes is in `sql(…)`, which only `commit` and `record` bring to
 * the database. Exemptions are listed here, each with its reason.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import ts from "typescript";

const dir = new URL("../../worker/", import.meta.url);
/** The command line has no database of its own. */
const files = readdirSync(dir, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("cli/"))
  .sort();

const WRITES =
  /\b(INSERT\s+(OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+(OR\s+\w+\s+)?\S+\s+(AS\s+\w+\s+)?SET\s|DELETE\s+(FROM\s|\$)|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|TRIGGER|VIEW)\s)/i;

/** The file and the first words of the write, or the call that brings it to the database: why it is exempt. */
const exempt: Record<string, string> = {
  "core/ledger.ts: INSERT INTO audit_payload (seq,": "this is the trail",
  "core/ledger.ts: prepare(": "the statements of a change, in the batch of its row",
  "core/auth.ts: UPDATE tokens SET last_used_at":
    "a token's last use: it says nothing but that somebody worked",
  "privacy-requests/export/read-archives.ts: prepare(":
    "how far the archives were read for a copy, and where they tell of whom; that it is made is on the trail",
  "privacy-requests/files/parts/making.ts: UPDATE copy_parts SET due":
    "who makes a part of a copy, and until when; that it was made, or failed, is on the trail",
  "privacy-requests/files/parts/making.ts: UPDATE copy_parts SET queued_until":
    "that a message is on its way for a part of a copy",
  "privacy-requests/systems/asked.ts: INSERT INTO request_asked (number,":
    "counts of what a request asked of systems; the step that asked is on the trail",
  "privacy-requests/files/erasure.ts: INSERT OR IGNORE INTO": "which files' time is over, as their rows say",
  "privacy-requests/files/erasure.ts: UPDATE file_erasures SET queued_until":
    "which files have a message in the queue",
  "privacy-requests/files/erasure.ts: UPDATE file_erasures SET due":
    "who is at a file, and until when; that it was erased, or failed, is on the trail",
  "privacy-requests/files/erasure.ts: DELETE FROM file_erasures WHERE": "files that are not to go any more",
  "recordings/audio.ts: UPDATE recordings SET storing_until":
    "an upload that is under way, or failed; that audio was stored is on the trail",
  "recordings/certificates/salts.ts: INSERT OR IGNORE INTO":
    "the key from which salts of an hour follow: it says nothing, and what is salted by it is on the trail",
  "recordings/certificates/written.ts: DELETE FROM certificates_apart WHERE":
    "where a certificate lies: what it says stays, letter by letter",
  "recordings/certificates/written.ts: UPDATE recordings SET salt_high":
    "what bound an erased recording, of which nothing is left to compare",
  "recordings/certificates/written.ts: INSERT OR REPLACE INTO": "how far those of before have moved",
  "recordings/closed/due.ts: DELETE FROM marks WHERE":
    "which lost files people were told of, and are there again",
  "recordings/closed/over.ts: DELETE FROM marks WHERE":
    "of which lost files numbers went, that are there again",
  "recordings/objects.ts: INSERT INTO keys_refused (owner,":
    "how often who was refused keys: nothing was registered, and nothing goes by it but what the desk shows",
  "recordings/objects.ts: prepare(":
    "the mail of a system's first refusal, in one batch with the row that counts it: nothing was registered",
  "recordings/erasing/counted.ts: INSERT INTO recording_days (erase_after,":
    "how many recordings of before have which day: a count, which their rows say",
  "recordings/erasing/counted.ts: UPDATE marks SET value": "how far these are counted",
  "recordings/erasing/counted.ts: INSERT INTO marks (name,":
    "how far these are compared; what differs is on the trail",
  "privacy-requests/systems/day-tasks.ts: prepare(":
    "until when no task of an earlier Worker is left; that some were joined is on the trail",
  "jobs/letters.ts: prepare(": "how far the list was looked through; what is found is on the trail",
  "do-not-call/spread.ts: prepare(":
    "where the round of objections that reach further numbers goes on; what it closes is on the trail",
  "jobs/withdrawn.ts: prepare(":
    "how far withdrawals of before were read, where none closed a number; those that did are on the trail",
  "dials/canary/routes.ts: prepare(":
    "that a browser is in use, and that its test held; one that passed is on the trail",
  "dials/canary/missing.ts: prepare(":
    "which browsers were in use, and a day on which no test was missing; one on which some were is on the trail",
  "dials/canary/probes.ts: INSERT INTO canary_probes (day,":
    "how often pages dialled the test number; that it was often is on the trail",
  "privacy-requests/duties.ts: INSERT OR REPLACE INTO": "up to where each request has duties",
  "privacy-requests/pages/flood.ts: prepare(": "whence requests of the public came in the last ten minutes",
  "storage/closed/left.ts: prepare(": "which objects are being written, or are erased",
  "jobs/night.ts: prepare(":
    "which steps of a night are left, and how they failed; what each moves is on the trail",
  "jobs/reopen.ts: prepare(": "that nothing closes for a day; what comes back is on the trail",
  "dials/closed/packed/packing.ts: prepare(":
    "where entries of an index lie, that closing a month has on the trail",
  "dials/closed/packed/over.ts: prepare(": "entries of what the trail says is dropped",
  "dials/closed/packed/unpacking.ts: prepare(": "the same, back where they were",
  "recordings/closed/names/pack.ts: prepare(":
    "which rows of an index are packed, and of months whose files are gone go",
  "recordings/closed/names/sift.ts: prepare(": "telephone numbers go out of blocks that lead nowhere",
  "storage/closed/unlist.ts: prepare(": "rows of an index of what the trail says is dropped",
  "check/budget.ts: INSERT INTO asked (person,":
    "a counter of questions; what goes beyond the budget is on the trail",
  "check/told.ts: INSERT INTO asked_days (day,":
    "a counter of the company's; that it was half of a register is on the trail",
  "check/changes-feed.ts: INSERT INTO changes_told (person,": "up to where the feed counted for an asker",
  "connectors/changes/rows.ts: INSERT OR IGNORE INTO": "who reads a CRM's changes, and from when on",
  "connectors/changes/rows.ts: UPDATE connector_changes SET lease":
    "the same; what was read and failed is on the trail",
  "connectors/changes/read.ts: prepare(": "how far changes were read in which nothing differed",
  "connectors/crm.ts: UPDATE connectors SET account": "what a CRM says of whose credentials these are, once",
  "connectors/crm.ts: UPDATE connectors SET secret":
    "who asks for a token, and until when: that one was stored is on the trail",
  "connectors/turned.ts: UPDATE connectors SET due":
    "who marks a CRM, and until when; that it is marked, or failed, is on the trail",
  "connectors/run.ts: UPDATE connector_runs SET lease":
    "who works on a slice, and until when; that the slice is done, or failed, is on the trail",
  "registers/parts.ts: prepare(":
    "parts of an upload: nobody sees them until they are committed, which is on the trail",
  "registers/rollback.ts: prepare(": "the same of a roll-back",
  "registers/content.ts: INSERT OR REPLACE INTO":
    "how far the blocks of before are counted; that their sum is bound is on the trail",
  "watching/registers.ts: INSERT INTO watch_lists (list,": "how far it has come, while nothing is watched",
  "watching/run.ts: prepare(":
    "how far the watching has come; what it finds is written with a row of the trail",
  "trail/archived/sieves.ts: prepare(":
    "what archived objects may have: it follows from them, and each block has the Worker's code",
  "trail/coded.ts: UPDATE tokens SET mac":
    "a code that follows from what the trail binds; that all of before have theirs is on the trail",
  "trail/events.ts: prepare(": "what archives say, where checks can read it: each row has the Ledger's code",
  "recordings/certificates/apart.ts: prepare(":
    "where readers find what follows from what is kept: what they read stays",
  "trail/adopt.ts: INSERT OR REPLACE INTO": "where a row of the trail is that was lost sight of",
  "trail/adopt.ts: prepare(": "what the trail's own events say, kept under the Worker's key",
  "policy/disclosed.ts: prepare(": "counts of what was sent, beside what sends it; they name nobody",
  "policy/hosts.ts: INSERT INTO hosts (host,": "where DNS says that a host is: asked again when it is old",
  "policy/proposals.ts: INSERT OR IGNORE INTO":
    "who was shown a proposal that counts alone; the row of the trail with which it counts names them",
  "webhooks/send.ts: INSERT OR IGNORE INTO": "the webhooks' outbox: what is in it follows from what turned",
  "webhooks/send.ts: UPDATE webhook_deliveries SET due": "the webhooks' outbox",
  "webhooks/send.ts: UPDATE webhook_deliveries SET state": "the webhooks' outbox",
  "webhooks/send.ts: UPDATE webhooks SET failing_since":
    "since when an address does not answer; that it is turned off is on the trail",
  "webhooks/send.ts: UPDATE webhooks SET told": "how far an address was told",
  "call-logs/fetch.ts: prepare(":
    "how far a provider's list was read, where nothing new was in it; calls that are taken are on the trail",
  "lookups/queue.ts: INSERT INTO lookup_days (source,":
    "a counter of questions to a source; what goes beyond the budget, or fails, is on the trail",
  "lookups/queue.ts: INSERT INTO lookup_queue (source,":
    "what is still to be asked; the answer is on the trail",
  "lookups/ask.ts: UPDATE lookup_queue SET due": "the queue's state",
  "lookups/queue.ts: UPDATE lookup_queue SET due": "the queue's state",
  "lookups/ask.ts: UPDATE lookup_queue SET tries": "the queue's state; that it failed is on the trail",
  "lookups/ask.ts: DELETE FROM lookup_queue WHERE":
    "the queue of a source that no register is taken from any more",
  "mail/outbox.ts: UPDATE outbox SET vals":
    "the outbox's state; who put a mail there, or asked for another try, is on the trail",
  "mail/outbox.ts: UPDATE outbox SET due": "the outbox's state",
  "mail/outbox.ts: UPDATE outbox SET state": "the outbox's state",
  "mail/outbox.ts: UPDATE outbox SET queued_until": "which mails have a message in the queue",
  "recordings/erasing/archived-holds.ts: prepare(":
    "what the trail's own events say of holds in its archives, kept under the Worker's key",
  "recordings/erasure.ts: UPDATE recordings SET due":
    "which recordings wait for an archive; that some do is on the trail",
  "recordings/erasure-queue.ts: UPDATE recordings SET queued_until":
    "which recordings have a message in the queue; that one is being erased is on the trail",
  "storage/resting.ts: DELETE FROM stores_resting WHERE":
    "a store that works again; that it failed, and what it erased, is on the trail",
  "jobs/sweep-said.ts: prepare(": "how far the sweep looked through what was kept back",
  "overview/clock.ts: UPDATE clock_jobs SET known": "from when on jobs of the clock are waited for",
  "overview/clock.ts: INSERT OR IGNORE INTO": "which jobs of the clock are waited for",
  "overview/clock.ts: INSERT INTO clock_jobs (job,": "how a job went; that people are told is on the trail",
  "overview/clock.ts: INSERT OR REPLACE INTO": "which job a run of the clock is at",
  "overview/clock.ts: UPDATE clock_jobs SET failing": "which job of the clock was stopped amid its work",
  "jobs/late.ts: INSERT INTO work_late (kind,": "since when work waits; that people are told is on the trail",
  "jobs/late.ts: DELETE FROM work_late WHERE": "work waits no more",
};

/** The writes outside `sql(…)`. */
function found(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const all: string[] = [];
  const isFirstOfSql = (node: ts.Node, parent: ts.Node) =>
    ts.isCallExpression(parent) && parent.expression.getText() === "sql" && parent.arguments[0] === node;
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateExpression(node)
    ) {
      const words = node.getText().slice(1, -1).trim();
      const write = WRITES.exec(words);
      if (write && !isFirstOfSql(node, node.parent))
        all.push(
          words
            .slice(write.index)
            .replace(/ AS \w+/, "")
            .split(/\s+/)
            .slice(0, 4)
            .join(" "),
        );
    }
    // `prepare` of core/sql.ts brings a statement to the database at once.
    if (ts.isCallExpression(node) && node.expression.getText() === "prepare") all.push("prepare(");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return all.map((what) => `${file}: ${what}`);
}

it("nothing is written past the trail, but for what is exempt", () => {
  const all = files.flatMap((file) => found(file, readFileSync(new URL(file, dir), "utf8")));
  expect([...new Set(all)].sort()).toEqual(Object.keys(exempt).sort());
});

it("finds what is written past it, however it is written", () => {
  const past = (text: string) => found("x.ts", text).length;
  expect(past('db.prepare("UPDATE people SET role = ?").bind(1).run();')).toBe(1);
  expect(past("const q = `\n  insert or ignore into people (id)\n  VALUES (${id})`; db.prepare(q);")).toBe(1);
  expect(past("db.exec(`DELETE ${stagedOf}`);")).toBe(1);
  expect(past('await prepare(db, sql("DELETE FROM people")).run();')).toBe(1);
  expect(past("db.prepare(`WITH old AS (SELECT 1) DELETE FROM people`);")).toBe(1);
  expect(past("db.prepare(`UPDATE people AS p SET role = v.role FROM v`);")).toBe(1);
  expect(past('record(env, { statements: [sql("DELETE FROM people")] });')).toBe(0);
  expect(past('db.prepare("SELECT updated FROM deletes"); const method = "DELETE";')).toBe(0);
});

/** Of tables of which each state of a row is bound, the columns that are not; what refuses a change sets what no row may have. */
const unbound: Record<string, RegExp> = {
  suppressions: /^(rev = NULL|kind = '')/,
  consents: /^(rev = NULL|keep_until = )/,
  consent_uses: /^rev = NULL/,
  parties: /^rev = NULL/,
  duties: /^rev = NULL/,
  request_items: /^rev = NULL/,
  request_recipients: /^rev = NULL/,
  request_systems: /^rev = NULL/,
  system_tasks: /^rev = NULL/,
  requests: /^rev = NULL/,
  calls: /^(rev = NULL|told = )/,
  recording_holds: /^rev = NULL/,
  proposals: /^rev = NULL/,
  people_held: /^rev = NULL/,
  people: /^rev = NULL/,
  tokens: /^(rev = NULL|last_used_at = |mac = )/,
};
const changing = new RegExp(`UPDATE (${Object.keys(unbound).join("|")}) SET ([^?]{0,30})`, "g");

it("a row of which each state is bound is changed with its event alone (core/states.ts)", () => {
  const others = files.flatMap((file) =>
    [...readFileSync(new URL(file, dir), "utf8").matchAll(changing)]
      .filter(([, table, set]) => !unbound[table!]!.test(set!))
      .map(([whole]) => `${file}: ${whole}`),
  );
  expect(others).toEqual([]);
  expect("UPDATE calls SET person = ?".match(changing)).toHaveLength(1);
});
