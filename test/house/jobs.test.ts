/** The main jobs of the five kinds of people, each a test named after it that walks it and counts its steps. Add new jobs here. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

const jobs = {
  agent: [
    "from an invite's link to the first badge in three clicks, of which ClearDial's button is the first",
    "from an invite's link to the first badge in two clicks; the page shows how far one is",
    "begin the try of a softphone, in one click; the browser's gate is beside it, each with its state",
    "turn on the browser's gate, in one click, and one on the page on which Chrome asks",
    "go to each number of the page that must not be called, one click each",
    "check any number from the popup, without a click",
    "say to a person who asks where their number comes from, in two steps",
    "put a number on the list from its card, in six steps, and undo it in one",
    "say which country a number is of, by its name, in two clicks and two steps of the keyboard",
    "make a held call for a reason that policy allows, by keyboard alone, in six steps; it is stored before the dial",
    "record from a held call what they agreed to, with its evidence, in seven clicks; the number is judged again",
    "put the person on the do-not-call list from a held call, with what they said, in four clicks",
  ],
  manager: [
    "change the policy from the popup, seeing what it would have done, in three steps without scrolling",
    "a manager proposes what is looser, and an administrator approves it, in two clicks from the overview",
    "find a number from the page itself without a click, and again what was asked before in one",
    "find all that is on record of a number, from its last six digits, without a click",
    "the proof of a dial, in one click from it",
    "screen a file of contacts and take back those in which no bar was found, in three clicks; it stands among the earlier ones",
    "see which watched numbers turned and by what, and mark them as seen, in three clicks",
    "import the telephone system's log, and find the calls that should not have been made, in four clicks; by day and by agent, too",
    "what was put on the list by a slip of the hand is taken back in one click, and two entries end at once in four",
  ],
  compliance: [
    "an access request, from its page to its end, in nine clicks",
    "the recording of one day has no audio: it is left out with why, in one click, and copy and letter say so",
    "several requests are given to an officer at once, in five clicks",
    "a complaint is acknowledged, looked into, its outcome told and kept, in ten clicks",
    "confirm objections that nobody has checked, or take them back, many at once, in three clicks each",
    "review an agent's consent, from the overview on, in five clicks",
    "listen to a recording for a purpose, in one click, on the trail; by keyboard, too; closed, nothing of it is left",
    "keep a recording from erasure for a reason, until a day to look at it again, in four clicks; and release it in two",
    "erase one recording by hand, in two clicks and a reason; its certificate can be printed",
    "verify the trail, in one click; the browser remembers it",
  ],
  admin: [
    "prints one link where there is no display; it leads to the badges in three clicks, and nothing is left at the end",
    "invite a whole team from a CSV file, in four clicks",
    "end a browser's access, or a leaver's, in two clicks each; a role is changed, and access given back",
    "load a copy that is dropped anywhere on Lists: register and day by its name, and exactly what would change",
    "roll a register back with a reason, told before what that means, in two clicks",
    "set up mail, in two clicks and three fields; what is refused shows at its field",
    "see whether mail arrives, in one click",
  ],
  requester: [
    "ask for a copy by the public form, which runs no script, and download it, in six clicks",
    "see how far a request is without its link, by reference and a code from the mail, in three clicks",
  ],
};

/** What nothing is clicked for is counted by that. */
const UNCLICKED = /without a click$/;

/** The body of each test that is a job, by its name. */
const walked = new Map(
  readdirSync(at("test/e2e"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap((file) => readFileSync(at("test/e2e", file), "utf8").split(/\n\s*(?=it(?:\.\w+)?\()/))
    .flatMap((body) => {
      const [, name] = /^it\(\s*"job: ([^"]+)"/.exec(body) ?? [];
      return name === undefined ? [] : [[name, body] as const];
    }),
);

it("each job is a test named after it, and each such test is a job of somebody", () => {
  expect([...walked.keys()].toSorted()).toEqual(Object.values(jobs).flat().toSorted());
});

it.each([...walked])("its steps are counted: %s", (name, body) => {
  if (UNCLICKED.test(name) && !body.includes("Clicks")) return;
  expect(body).toMatch(/expect\(\[?(clicks|keys|steps|revoking|leaving)\b[^;]*\)\.to/);
});
